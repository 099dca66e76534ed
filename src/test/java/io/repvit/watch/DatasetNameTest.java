package io.repvit.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatasetNameTest {
  @ParameterizedTest
  @CsvSource({
    "s3a://photos/2026/, s3://photos, 2026",
    "s3a://photos, s3://photos, /",
    "s3a://photos/2026-*/a/*.jpg, s3://photos, /",
    "'s3a://photos/all/x{1,2}/*.jpg', s3://photos, all",
    "hdfs://namenode:8020/photos, hdfs://namenode:8020, /photos",
    "abfss://c@account.dfs.core.windows.net/a/b, abfss://c@account.dfs.core.windows.net, /a/b",
    "gs://bucket/a, gs://bucket, a",
    "file:/data/photos, file, /data/photos",
    "file:///data/photos/, file, /data/photos",
    "/data/photos, file, /data/photos",
  })
  void namesFollowTheConventions(String place, String namespace, String name) {
    assertEquals(new DatasetName(namespace, name), DatasetName.of(place, new Configuration()));
  }

  @Test
  void aPathWithoutSchemeIsOnTheDefaultFileSystem() {
    var hadoop = new Configuration();
    hadoop.set("fs.defaultFS", "hdfs://namenode:8020");
    assertEquals(
        new DatasetName("hdfs://namenode:8020", "/photos"), DatasetName.of("/photos", hadoop));
  }

  @Test
  void anIcebergTableIsNamedByItsCatalog() {
    assertEquals(
        new DatasetName("iceberg://lake", "photos.predictions"),
        DatasetName.ofIceberg("lake.photos.predictions"));
  }
}
