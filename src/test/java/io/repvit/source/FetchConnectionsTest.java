package io.repvit.source;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.repvit.UserException;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;

class FetchConnectionsTest {
  private static final FetchWindow WINDOW = new FetchWindow(32, 1 << 26);

  @Test
  void requestsThatFitThePoolAreAccepted() {
    assertDoesNotThrow(() -> FetchConnections.require(96, 2, WINDOW));
  }

  @Test
  void requestsThatDoNotFitAreRefusedWithWhatToSet() {
    var e = assertThrows(UserException.class, () -> FetchConnections.require(500, 16, WINDOW));
    assertEquals(
        "fetch-objects is 32, so the 16 task slots of an executor may have 768 requests in flight"
            + " (16 per slot for lengths), but S3A has 500 connections; set"
            + " spark.hadoop.fs.s3a.connection.maximum to 768, or fetch-objects to at most 15",
        e.getMessage());
    assertDoesNotThrow(() -> FetchConnections.require(500, 16, new FetchWindow(15, 1)));
  }

  @Test
  void theBucketWithTheFewestConnectionsCounts() {
    var hadoop = new Configuration(false);
    assertEquals(500, FetchConnections.least(hadoop));
    hadoop.set("fs.s3a.connection.maximum", "300");
    hadoop.set("fs.s3a.bucket.photos.connection.maximum", "40");
    hadoop.set("fs.s3a.bucket.photos.endpoint", "1");
    assertEquals(40, FetchConnections.least(hadoop));
  }
}
