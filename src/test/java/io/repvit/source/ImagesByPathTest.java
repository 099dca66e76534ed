package io.repvit.source;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImagesByPathTest {

  @ParameterizedTest
  @CsvSource({
    "s3a://b/a.png, s3a://b/a.png",
    "s3a://b/a#1.png, s3a://b/a#1.png",
    "s3a://b/a.tar#a.png, s3a://b/a.tar",
    "s3a://b/A.TAR.GZ#b.tar#c.png, s3a://b/A.TAR.GZ",
    "s3a://b/no#1/a.zip#x#2.png, s3a://b/no#1/a.zip",
    "file:/t/part-0.zstd.parquet#17, file:/t/part-0.zstd.parquet",
    "file:/t/part-0.orc#key, file:/t/part-0.orc",
    "s3a://b/a.tar, s3a://b/a.tar"
  })
  void thePathOfAMemberNamesItsShard(String path, String container) {
    assertEquals(container, ImagesByPath.container(path));
  }

  @Test
  void afterTheTimeLimitNothingIsOpened() throws Exception {
    var store = new StubStore();
    String image = store.add("a.png", 10).path();
    String shard = store.add("a.tar", 10).path();
    var options = new ImagesByPath.Options(100, FetchWindow.DEFAULT, 0, null, null);
    var reasons = new TreeMap<String, String>();
    ImagesByPath.read(
        List.of(image, shard + "#a.png", shard + "#b.png"),
        store.configuration(),
        options,
        (path, fetched) -> reasons.put(path, ((Fetched.Failed) fetched).row().message()));
    assertEquals(3, reasons.size());
    assertEquals(
        List.of("not read within 0 s, the limit for reading pictures"),
        reasons.values().stream().distinct().toList());
    assertEquals(List.of(), store.opened());
  }
}
