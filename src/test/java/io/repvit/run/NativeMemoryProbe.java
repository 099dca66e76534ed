package io.repvit.run;

import io.repvit.cli.Machine;
import io.repvit.image.ImageDecoder;
import io.repvit.image.ImageLimits;
import io.repvit.image.Orientation;
import io.repvit.inference.ClassifierSession;
import io.repvit.inference.ImageBatch;
import io.repvit.inference.ModelFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;

/**
 * What one executor takes beside its heap: {@code NativeMemoryProbe MODEL SLOTS BATCH [IMAGE...]}
 * in a JVM whose heap is touched from the beginning ({@code -Xms} as {@code -Xmx}, {@code
 * -XX:+AlwaysPreTouch}). Prints peaks of the resident set less the heap, MiB, a name and a number a
 * line.
 */
final class NativeMemoryProbe {
  private NativeMemoryProbe() {}

  public static void main(String[] args) throws Exception {
    int slots = Integer.parseInt(args[1]);
    int batch = Integer.parseInt(args[2]);
    ModelFile model = ModelFile.of("model.onnx", Files.readAllBytes(Path.of(args[0])));
    print("jvm");
    try (ClassifierSession session = ClassifierSession.open(model, 1, batch)) {
      print("session");
      try (ImageBatch one = session.newBatch(batch)) {
        session.run(one);
      }
      print("one-slot");
      run(session, slots, batch);
      print("all-slots");
    }
    try (var decoder = new ImageDecoder(ImageLimits.DEFAULT, Orientation.EXIF)) {
      for (int i = 3; i < args.length; i++) {
        byte[] image = Files.readAllBytes(Path.of(args[i]));
        decoder.decode(image, 0, image.length);
        print("image-" + (i - 2));
      }
    }
  }

  private static void run(ClassifierSession session, int slots, int batch) throws Exception {
    var threads = new ArrayList<Thread>();
    var batches = new ArrayList<ImageBatch>();
    for (int i = 0; i < slots; i++) {
      ImageBatch mine = session.newBatch(batch);
      mine.fill(i);
      batches.add(mine);
      threads.add(new Thread(() -> runThrice(session, mine)));
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
    batches.forEach(ImageBatch::close);
  }

  private static void runThrice(ClassifierSession session, ImageBatch batch) {
    for (int i = 0; i < 3; i++) {
      try {
        session.run(batch);
      } catch (io.repvit.inference.ModelException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private static void print(String step) throws Exception {
    long heap = Runtime.getRuntime().maxMemory() >> 20;
    System.out.println(step + " " + (Machine.peakResidentMiB() - heap));
  }
}
