package io.repvit.spark;

/** What whole-job tests may ask of this JVM's native and thread resources. */
public final class OpenResources {
  private OpenResources() {}

  /** Leases of sessions that no task has returned. */
  public static int leases() {
    return ClassifierPool.SHARED.leased();
  }

  /** Threads that fetch objects ahead. */
  public static long fetchThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(t -> t.getName().equals("repvit-fetch"))
        .count();
  }
}
