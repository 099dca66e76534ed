package io.repvit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.UncheckedUserException;
import io.repvit.UserException;
import io.repvit.checkpoint.CheckpointException;
import io.repvit.inference.ModelException;
import io.repvit.storage.StoreException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.ParentNotDirectoryException;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.apache.hadoop.fs.s3a.AWSServiceIOException;
import org.apache.hadoop.fs.s3a.impl.InstantiationIOException;
import org.apache.spark.SparkException;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/** Which failures a second try can mend. */
class FailureTest {
  private record Case(int code, String says, Throwable failure) {}

  private static Stream<Case> cases() {
    return Stream.of(
        // The class that throws these explains them.
        permanent("run-id is bad", new UserException("run-id is bad")),
        permanent("no form", new UncheckedUserException("no form")),
        permanent("of a reader", new UncheckedUserException(new UserException("of a reader"))),
        permanent("m.onnx: no card", new ModelException("m.onnx: no card")),
        permanent("x.pth: is no RepViT", new CheckpointException("x.pth", "is no RepViT")),
        permanent("list.txt", new UserException("list.txt", new FileNotFoundException("list.txt"))),
        midway(
            "s3a://b/k",
            new UserException("input s3a://b/k", service(503, "SlowDown", "s3a://b/k"))),
        midway("timed out", new UserException("input timed out", new SocketTimeoutException("x"))),
        midway("refused", new ModelException("model refused", new ConnectException("x"))),
        permanent("no host", new UserException("no host", new UnknownHostException("h"))),
        // A store that refuses every object, met by the driver or by a task.
        midway("failed: renew", new StoreException("renew", denied())),
        midway("failed: renew", new SparkException("x", new StoreException("renew", denied()))),
        midway(
            "no memory",
            new SparkException("Job aborted", new ModelException("inference failed: no memory"))),
        // Of libraries.
        permanent(
            "for scheme \"gopher\"", new UnsupportedFileSystemException("for scheme \"gopher\"")),
        permanent("FileAlreadyExistsException: /a/b", new FileAlreadyExistsException("/a/b")),
        permanent("/a is no folder", new ParentNotDirectoryException("/a is no folder")),
        permanent("AccessDeniedException: /a/b", new AccessDeniedException("/a/b")),
        permanent("Permission denied", new FileNotFoundException("/a/b (Permission denied)")),
        permanent("nowhere.example", new UnknownHostException("nowhere.example")),
        permanent(
            "not a provider",
            new InstantiationIOException(
                InstantiationIOException.Kind.IsNotImplementation,
                null,
                "C",
                null,
                "not a provider",
                null)),
        permanent("spark.task.cpus", new IllegalArgumentException("spark.task.cpus is 'x'")),
        permanent("nested too deeply", new StackOverflowError()),
        permanent("org/x/Y", new NoClassDefFoundError("org/x/Y")),
        midway("out of memory", new OutOfMemoryError("Java heap space")),
        midway(
            "No space left", new UncheckedIOException(new IOException("No space left on device"))),
        midway("Stream closed", new IOException("Stream closed")),
        midway("a defect", new IllegalStateException("a defect")),
        midway(
            "of a task",
            new SparkException("Job aborted", new IllegalArgumentException("of a task"))),
        midway("ConnectException", new ConnectException(null)),
        // The store's service, at the bottom of S3A's and Spark's.
        midway(
            "SlowDown (status 503) at s3a://b/k: SlowDown is why",
            service(503, "SlowDown", "s3a://b/k")),
        midway(
            "InternalError (status 500) at tables/part-0",
            service(500, "InternalError", "tables/part-0")),
        permanent(
            "AccessDenied (status 403) at s3a://b/k", new SparkException("Job aborted", denied())),
        permanent(
            "restore it first",
            new AccessDeniedException("s3a://b/k", null, "") {
              @Override
              public synchronized Throwable getCause() {
                return answer(403, "InvalidObjectState");
              }
            }));
  }

  @TestFactory
  Stream<DynamicTest> onlyWhatASecondTryCanMendEndsWithCode5() {
    return cases()
        .map(
            c ->
                DynamicTest.dynamicTest(
                    c.failure().getClass().getSimpleName() + " says " + c.says(),
                    () -> {
                      Failure failure = Failure.of(c.failure());
                      assertEquals(c.code(), failure.code(), failure.line());
                      assertTrue(
                          failure.line().contains(c.says())
                              || failure.line().contains("a disk is full"),
                          failure.line());
                      assertEquals(1, failure.line().lines().count());
                      assertEquals(
                          c.code() == ExitCode.FAILED, failure.line().contains("start it again"));
                    }));
  }

  @Test
  void whatSteersATerminalIsShownAsText() {
    String line = Failure.of(new UserException("a\u001b[31mred\r\nb\u0007")).line();
    assertEquals("a\\u001b[31mred b\\u0007", line);
  }

  @Test
  void namesOfExceptionsAndCredentialsAreLeftOut() {
    String line =
        Failure.of(new UserException("input java.io.IOException: s3a://key:secret@bucket/a"))
            .line();
    assertFalse(line.contains("Exception") || line.contains("secret"), line);
  }

  private static Case permanent(String says, Throwable failure) {
    return new Case(ExitCode.BAD_INPUT, says, failure);
  }

  private static Case midway(String says, Throwable failure) {
    return new Case(ExitCode.FAILED, says, failure);
  }

  private static IOException denied() {
    var denied = new AccessDeniedException("s3a://b/k", null, "getFileStatus on s3a://b/k: denied");
    denied.initCause(answer(403, "AccessDenied"));
    return denied;
  }

  private static IOException service(int status, String code, String place) {
    return new AWSServiceIOException("open on " + place, answer(status, code));
  }

  private static AwsServiceException answer(int status, String code) {
    return AwsServiceException.builder()
        .statusCode(status)
        .awsErrorDetails(
            AwsErrorDetails.builder().errorCode(code).errorMessage(code + " is why").build())
        .message(code + " is why (Service: S3, Status Code: " + status + ")")
        .build();
  }
}
