package io.repvit.run;

import io.repvit.UserException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;

/**
 * The memory outside the heap that Spark requests from the cluster per executor.
 *
 * @param overheadMiB {@code spark.executor.memoryOverhead}, or Spark's default
 * @param directMiB limit of the JVM's direct memory, which holds decoded images
 * @param slots task slots; 1 if Spark takes all cores of a worker, whose number is not known here
 * @param enforced whether the cluster kills executors that use more
 */
record ExecutorMemory(long overheadMiB, long directMiB, int slots, boolean enforced) {
  private static final String OVERHEAD = "spark.executor.memoryOverhead";
  private static final String JVM_OPTIONS = "spark.executor.extraJavaOptions";
  private static final Pattern DIRECT = Pattern.compile("-XX:MaxDirectMemorySize=(\\w+)");

  /** Computes the memory from a configuration; empty in local mode, which has no executors. */
  static Optional<ExecutorMemory> of(SparkConf conf) {
    String master = conf.get("spark.master", "local");
    if (master.equals("local") || master.startsWith("local[")) {
      return Optional.empty();
    }
    int slots = conf.getInt("spark.executor.cores", 1) / conf.getInt("spark.task.cpus", 1);
    boolean enforced = master.equals("yarn") || master.startsWith("k8s://");
    return Optional.of(
        new ExecutorMemory(overhead(conf), direct(conf), Math.max(1, slots), enforced));
  }

  /** Computes the overhead as Spark's ResourceProfile does. */
  private static long overhead(SparkConf conf) {
    double factor = conf.getDouble("spark.executor.memoryOverheadFactor", 0.1);
    long least = conf.getSizeAsMb("spark.executor.minMemoryOverhead", "384m");
    return conf.contains(OVERHEAD)
        ? conf.getSizeAsMb(OVERHEAD)
        : Math.max((long) (factor * heap(conf)), least);
  }

  private static long heap(SparkConf conf) {
    return conf.getSizeAsMb("spark.executor.memory", "1g");
  }

  /** The JVM's default is the size of the heap. */
  private static long direct(SparkConf conf) {
    Matcher set = DIRECT.matcher(conf.get(JVM_OPTIONS, ""));
    return set.find()
        ? new SparkConf(false).set(JVM_OPTIONS, set.group(1)).getSizeAsBytes(JVM_OPTIONS) >> 20
        : heap(conf);
  }

  /**
   * Compares the limit of direct memory with what the largest allowed images need; returns a
   * warning if it is too low.
   */
  Optional<String> checkDirect(NativeMemory need) {
    return directMiB >= need.direct()
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "images of max-image-pixels need %d MiB of direct memory with %d task slots and one abandoned decoder, executors allow %d MiB; add -XX:MaxDirectMemorySize=%dm to %s, or lower max-image-pixels",
                need.direct(),
                slots,
                directMiB,
                need.direct(),
                JVM_OPTIONS));
  }

  /**
   * Compares the overhead with what executors need.
   *
   * @return a warning if the cluster does not enforce the limit or only large images exceed it
   * @throws UserException if the cluster would kill executors even with small images
   */
  Optional<String> check(NativeMemory need) throws UserException {
    if (overheadMiB >= need.most()) {
      return Optional.empty();
    }
    String found =
        String.format(
            Locale.ROOT,
            "executors with %d task slots need %d MiB outside the heap, and up to %d MiB with images of max-image-pixels; %s is %d MiB",
            slots,
            need.least(),
            need.most(),
            OVERHEAD,
            overheadMiB);
    String remedy =
        String.format(
            Locale.ROOT,
            "--conf %s=%dm, or lower max-image-pixels or batch",
            OVERHEAD,
            need.most());
    if (enforced && overheadMiB < need.least()) {
      throw new UserException(found + ": the cluster would kill them; set at least " + remedy);
    }
    return Optional.of(
        enforced
            ? found + ": the cluster may kill them; set " + remedy
            : found
                + ": this cluster does not enforce the limit; leave this much memory free on its machines");
  }
}
