package io.repvit.source;

import com.sun.management.OperatingSystemMXBean;
import io.repvit.storage.HadoopDefaults;
import io.repvit.testing.S3Server;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;

/**
 * Processor time of this whole process per object of 53 KB that is read, from a local folder and
 * from a real S3 server in a process of its own; contenders take turns within one run.
 *
 * <pre>
 * mvn -q test-compile dependency:build-classpath -Dmdep.outputFile=target/test-classpath.txt
 * java @conf/java.options -cp target/classes:target/test-classes:$(cat target/test-classpath.txt) \
 *     io.repvit.source.ReadBenchmark [name=value,name=value ...]
 * </pre>
 *
 * Each argument is one more contender: S3A as it is but for these properties.
 */
final class ReadBenchmark {
  private static final int BYTES = 53_000;
  private static final int OBJECTS = 500;
  private static final FetchWindow WINDOW = new FetchWindow(8, 64 << 20);
  private static final int PASSES = 4;
  private static final int ROUNDS = 9;
  private static final int WARM_UP = 3;

  private ReadBenchmark() {}

  private interface Reader {
    Object read(SourceObject object) throws Exception;
  }

  /** Reads all objects once. */
  private interface Pass {
    void run(List<SourceObject> objects) throws Exception;
  }

  private record Contender(Pass pass, List<SourceObject> objects, double[] ms) {}

  public static void main(String[] arguments) throws Exception {
    HadoopDefaults.load();
    Path folder = Files.createTempDirectory(Path.of("target"), "read-");
    var contenders = new LinkedHashMap<String, Contender>();
    try (S3Server server = S3Server.start(folder)) {
      List<SourceObject> local = files(folder.toAbsolutePath());
      var plain = new ObjectReader(new Configuration(), BYTES);
      add(contenders, "local, as the job reads", ahead(plain), local);
      add(
          contenders,
          "local, with a look for checksum files",
          oneByOne(ReadBenchmark::checked),
          local);
      add(
          contenders,
          "local, Files.readAllBytes",
          oneByOne(o -> Files.readAllBytes(Path.of(URI.create(o.path())))),
          local);
      add(
          contenders,
          "s3a, as the job reads",
          ahead(s3a(server, Map.of())),
          objects(server, "b", local));
      for (String argument : arguments) {
        Map<String, String> properties = new LinkedHashMap<>();
        for (String property : argument.split(",")) {
          properties.put(property.split("=")[0], property.split("=")[1]);
        }
        add(
            contenders,
            "s3a, " + argument,
            ahead(s3a(server, properties)),
            objects(server, "b" + contenders.size(), local));
      }
      run(contenders);
    }
  }

  private static void add(
      Map<String, Contender> contenders, String name, Pass pass, List<SourceObject> objects) {
    contenders.put(name, new Contender(pass, objects, new double[ROUNDS]));
  }

  private static byte[] checked(SourceObject object) throws IOException {
    var path = new org.apache.hadoop.fs.Path(object.path());
    try (var in = path.getFileSystem(new Configuration(false)).open(path)) {
      return in.readNBytes(BYTES);
    }
  }

  private static ObjectReader s3a(S3Server server, Map<String, String> properties) {
    var configuration = new Configuration();
    server.hadoopProperties().forEach(configuration::set);
    properties.forEach(configuration::set);
    return new ObjectReader(configuration, BYTES);
  }

  private static List<SourceObject> files(Path folder) throws IOException {
    var random = new Random(1);
    List<SourceObject> files = new ArrayList<>();
    for (int i = 0; i < OBJECTS; i++) {
      byte[] bytes = new byte[BYTES];
      random.nextBytes(bytes);
      Path file = Files.write(folder.resolve(i + ".jpg"), bytes);
      files.add(new SourceObject(file.toUri().toString(), BYTES, 0, null));
    }
    return files;
  }

  /** Hadoop keeps one client per bucket. */
  private static List<SourceObject> objects(
      S3Server server, String bucket, List<SourceObject> files) throws IOException {
    server.createBucket("read-" + bucket);
    List<SourceObject> objects = new ArrayList<>();
    for (SourceObject file : files) {
      Path path = Path.of(URI.create(file.path()));
      server.put("read-" + bucket, path.getFileName().toString(), Files.readAllBytes(path));
      objects.add(
          new SourceObject("s3a://read-" + bucket + "/" + path.getFileName(), BYTES, 0, null));
    }
    return objects;
  }

  private static void run(Map<String, Contender> contenders) throws Exception {
    for (int round = -WARM_UP; round < ROUNDS; round++) {
      for (Contender c : contenders.values()) {
        double ms = round(c);
        if (round >= 0) {
          c.ms()[round] = ms;
        }
      }
    }
    contenders.forEach(
        (name, c) -> {
          double[] ms = c.ms();
          Arrays.sort(ms);
          System.out.printf(
              Locale.ROOT,
              "%-60s best %.3f  median %.3f  worst %.3f ms%n",
              name,
              ms[0],
              ms[ROUNDS / 2],
              ms[ROUNDS - 1]);
        });
  }

  private static double round(Contender c) throws Exception {
    var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    long from = system.getProcessCpuTime();
    for (int pass = 0; pass < PASSES; pass++) {
      c.pass().run(c.objects());
    }
    return (system.getProcessCpuTime() - from) / 1e6 / c.objects().size() / PASSES;
  }

  /** Ahead of a consumer that takes no time, and so with as many reads in flight as allowed. */
  private static Pass ahead(ObjectReader reader) {
    return objects -> {
      try (var fetch = new FetchAhead(objects.iterator(), reader, WINDOW, 4)) {
        while (fetch.hasNext()) {
          if (fetch.next() instanceof Fetched.Failed failed) {
            throw new IOException(failed.row().message());
          }
        }
      }
    };
  }

  private static Pass oneByOne(Reader reader) {
    return objects -> {
      for (SourceObject object : objects) {
        reader.read(object);
      }
    };
  }
}
