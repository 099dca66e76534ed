package io.repvit.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ObjectPathTest {
  private static final Path LOCAL = new Path("file:/lists");
  private static final Path BUCKET = new Path("s3a://lists/2026");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "s3a://bucket/a:b",
        "s3a://bucket/a b%20 #?.jpg",
        "s3a://bucket/..a/b../.../~",
        "s3a://bucket/\u0001\n",
        "s3a://my_bucket/größe-写真-🐈.jpg",
        "s3a://bucket/C:\\a.jpg",
        "hdfs://host:8020/a",
        "file:/12:30:00.png",
        "abfss://container@account.dfs.core.windows.net/a"
      })
  void aNameThatHadoopHasIsItsPath(String uri) throws Exception {
    assertEquals(uri, ObjectPath.of(uri).toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "s3a://bucket//a", "s3a://bucket/a//b", "s3a://bucket/a/", "s3a://bucket/./a",
        "s3a://bucket/a/../b", "s3a://bucket/a/..", "file:///caf%E9.png", "file:/a//b"
      })
  void aNameThatHadoopHasNotIsNoPath(String uri) {
    assertThrows(ObjectPath.BadNameException.class, () -> ObjectPath.of(uri));
  }

  @Test
  void aChildMayHaveAnyName() {
    assertEquals("file:/lists/12:30", ObjectPath.child(LOCAL, "12:30").toString());
    assertEquals("file:/a:/b", ObjectPath.child(new Path("file:/"), "a:/b").toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1.png | file:/lists/1.png | s3a://lists/2026/1.png",
        "12:30.png | file:/lists/12:30.png | s3a://lists/2026/12:30.png",
        "C:\\a.png | file:/lists/C:\\a.png | s3a://lists/2026/C:\\a.png",
        "./a/../1.png | file:/lists/1.png | s3a://lists/2026/1.png",
        "/d/1.png | file:/d/1.png | s3a://lists/d/1.png",
        "a//1.png | file:/lists/a/1.png | s3a://lists/2026/a//1.png",
        "//1.png | file:/1.png | s3a://lists//1.png",
        "s3a://b/a//1.png | s3a://b/a//1.png | s3a://b/a//1.png",
        "file:///d//1.png | file:/d/1.png | file:/d/1.png",
        "hdfs://h:1/a/./b | hdfs://h:1/a/b | hdfs://h:1/a/b",
      })
  void aLineOfAListIsWhatItNames(String line, String onDisk, String inBucket) {
    assertEquals(onDisk, ObjectPath.resolve(LOCAL, line));
    assertEquals(inBucket, ObjectPath.resolve(BUCKET, line));
  }
}
