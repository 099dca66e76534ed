package io.repvit.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.repvit.image.Preprocessing.Interpolation;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import jdk.incubator.vector.IntVector;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Resizing against Pillow and torchvision, on every implementation of the inner loops. */
class ResamplerTest {
  private static final Rgb MEAN = new Rgb(0.485, 0.456, 0.406);
  private static final Rgb STD = new Rgb(0.229, 0.224, 0.225);
  private static final List<Convolution> CONVOLUTIONS =
      List.of(new PlainConvolution(), new VectorConvolution());

  private static Preprocessing preprocessing(int height, int width, int resizeShort) {
    return preprocessing(height, width, resizeShort, Interpolation.BICUBIC);
  }

  private static Preprocessing preprocessing(
      int height, int width, int resizeShort, Interpolation filter) {
    return new Preprocessing(height, width, resizeShort, filter, MEAN, STD);
  }

  @TestFactory
  Stream<DynamicTest> resizedAndCroppedPixelsAreThoseOfPillow() {
    return Goldens.rows("resize.tsv").stream()
        .map(
            row ->
                DynamicTest.dynamicTest(String.join(" ", Arrays.copyOf(row, 7)), () -> check(row)));
  }

  private static void check(String[] row) {
    int width = Integer.parseInt(row[1]);
    int height = Integer.parseInt(row[2]);
    Preprocessing preprocessing =
        preprocessing(
            Integer.parseInt(row[4]),
            Integer.parseInt(row[5]),
            Integer.parseInt(row[3]),
            Interpolation.valueOf(row[6]));
    DecodedImage image = Goldens.decoded(width, height, PatternImage.rgb(row[0], width, height));
    for (Convolution convolution : CONVOLUTIONS) {
      byte[] pixels =
          new Resampler(preprocessing, convolution, PixelEngines.chosen()).resizeToBytes(image);
      assertEquals(row[7], Goldens.sha256(pixels), convolution.getClass().getSimpleName());
    }
  }

  @Test
  void vectorsAreUsedWhereTheMachineHas256Bits() {
    boolean wide = IntVector.SPECIES_PREFERRED.vectorBitSize() >= 256;
    assertEquals(wide, Convolution.best() instanceof VectorConvolution);
  }

  @Test
  void everyPixelValueIsNormalisedAsTorchvisionDoesIt() {
    FloatBuffer expected =
        ByteBuffer.wrap(Goldens.bytes("normalised.bin"))
            .order(ByteOrder.BIG_ENDIAN)
            .asFloatBuffer();
    byte[] ramp = new byte[3 * 256 * 256];
    for (int i = 0; i < ramp.length; i++) {
      ramp[i] = (byte) (i / 3);
    }
    Preprocessing identity = preprocessing(256, 256, 256);
    FloatBuffer slot = slots(identity.values());
    new Resampler(identity).resize(Goldens.decoded(256, 256, ramp), slot);
    for (int c = 0; c < 3; c++) {
      for (int v = 0; v < 256; v++) {
        float wanted = expected.get(256 * c + v);
        for (int y = 0; y < 256; y += 51) {
          // torchvision rounds mean, std and three results to float32, we round once: two units in
          // the last place of values up to 2.7.
          assertEquals(wanted, slot.get((256 * c + y) * 256 + v), 6e-7f);
        }
      }
    }
  }

  @Test
  void imagesOfABatchFillTheirSlotsOneAfterTheOther() {
    Preprocessing preprocessing = preprocessing(20, 24, 26);
    DecodedImage first = Goldens.decoded(50, 40, PatternImage.rgb("noise", 50, 40));
    DecodedImage second = Goldens.decoded(30, 70, PatternImage.rgb("rings", 30, 70));
    Resampler resampler = new Resampler(preprocessing);
    int values = preprocessing.values();
    FloatBuffer alone = slots(values);
    resampler.resize(second, alone);

    FloatBuffer batch = slots(3 * values);
    resampler.resize(first, batch);
    assertEquals(values, batch.position());
    resampler.resize(second, batch);
    assertEquals(2 * values, batch.position());
    for (int i = 0; i < values; i++) {
      assertEquals(alone.get(i), batch.get(values + i));
      assertEquals(0f, batch.get(2 * values + i), "the third slot is not touched");
    }
  }

  @Test
  void aSlotThatIsTooSmallIsRefusedAndLeftAlone() {
    Preprocessing preprocessing = preprocessing(8, 8, 8);
    FloatBuffer small = slots(preprocessing.values() - 1);
    DecodedImage image = Goldens.decoded(9, 9, PatternImage.rgb("noise", 9, 9));
    Resampler resampler = new Resampler(preprocessing);
    assertThrows(IllegalArgumentException.class, () -> resampler.resize(image, small));
    assertEquals(0, small.position());
    assertEquals(0f, small.get(0));
  }

  @Test
  void moreSourceSizesThanAreKeptStillGiveTheSamePixels() {
    Preprocessing preprocessing = preprocessing(16, 16, 18);
    Resampler kept = new Resampler(preprocessing);
    for (int round = 0; round < 2; round++) {
      for (int width = 10; width < 110; width++) {
        DecodedImage image = Goldens.decoded(width, 31, PatternImage.rgb("noise", width, 31));
        byte[] fresh = new Resampler(preprocessing).resizeToBytes(image);
        assertArrayEquals(fresh, kept.resizeToBytes(image), "width " + width);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void anAxisThatKeepsItsSizeHasWeightsOfExactlyZeroAndOne(Interpolation filter) {
    AxisWeights weights = AxisWeights.of(filter, 100, 100, 10, 80);
    int one = 1 << AxisWeights.PRECISION_BITS;
    for (int i = 0; i < weights.count(); i++) {
      for (int t = 0; t < weights.taps()[i]; t++) {
        int wanted = weights.first()[i] + t == 10 + i ? one : 0;
        assertEquals(wanted, weights.weights()[i * weights.stride() + t]);
      }
    }
  }

  @Test
  void aPictureOfOnePixelsWidthAndGreatHeightCostsOnlyItsCrop() {
    DecodedImage thin = Goldens.decoded(1, 60_000, PatternImage.rgb("noise", 1, 60_000));
    byte[] pixels = new Resampler(preprocessing(224, 224, 235)).resizeToBytes(thin);
    assertEquals(3 * 224 * 224, pixels.length);
  }

  private static FloatBuffer slots(int values) {
    return ByteBuffer.allocateDirect(4 * values).order(ByteOrder.nativeOrder()).asFloatBuffer();
  }
}
