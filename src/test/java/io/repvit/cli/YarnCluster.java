package io.repvit.cli;

import io.repvit.testing.Await;
import io.repvit.testing.MiniYarn;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.security.UserGroupInformation;
import org.apache.hadoop.yarn.api.records.ApplicationId;
import org.apache.hadoop.yarn.client.api.YarnClient;
import org.apache.hadoop.yarn.conf.YarnConfiguration;
import org.apache.hadoop.yarn.logaggregation.ContainerLogsRequest;
import org.apache.hadoop.yarn.logaggregation.LogCLIHelpers;
import org.junit.jupiter.api.Assertions;
import org.junit.platform.commons.JUnitException;
import org.opentest4j.AssertionFailedError;

/** Hadoop's YARN and HDFS, with a node each, and a Spark distribution that knows YARN. */
final class YarnCluster extends SparkCluster {
  static final String APPLICATION_MASTER = "org.apache.spark.deploy.yarn.ApplicationMaster";
  static final String EXECUTOR_LAUNCHER = "org.apache.spark.deploy.yarn.ExecutorLauncher";
  static final String EXECUTOR = "org.apache.spark.executor.YarnCoarseGrainedExecutorBackend";

  /** Where the build copies the jars, see {@code pom.xml}. */
  private static final Path JARS = Path.of("target/managers").toAbsolutePath();

  private YarnCluster(Path folder) throws IOException {
    super(folder);
  }

  static YarnCluster start(Path folder) throws Exception {
    var cluster = new YarnCluster(folder);
    try {
      String yarn = "spark-yarn_2.13.jar";
      Files.createSymbolicLink(cluster.home().resolve("jars/" + yarn), JARS.resolve(yarn));
      Process hadoop =
          cluster.daemon(
              "hadoop",
              cluster.classPath(),
              MiniYarn.class.getName(),
              List.of(folder.resolve("hadoop").toString(), cluster.site().toString()));
      Path ready = cluster.site().resolve(MiniYarn.SITE);
      Await.within(
          Duration.ofSeconds(START_SECONDS), () -> !hadoop.isAlive() || Files.exists(ready));
      if (!Files.exists(ready)) {
        throw new AssertionError("no YARN:\n" + Files.readString(cluster.log("hadoop")));
      }
      return cluster;
    } catch (Exception e) {
      cluster.close();
      throw e;
    }
  }

  /** Spark's jars have Hadoop's. The test jar uses assertions of JUnit. */
  private String classPath() throws URISyntaxException {
    var entries = new ArrayList<>(List.of(home() + "/jars/*", JARS + "/hadoop/*"));
    for (Class<?> type :
        List.of(Assertions.class, AssertionFailedError.class, JUnitException.class)) {
      entries.add(
          Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString());
    }
    return String.join(File.pathSeparator, entries);
  }

  @Override
  String profile() {
    return "yarn";
  }

  /** The nodes of a cluster have Spark's jars, so they are not uploaded. */
  @Override
  List<String> options() {
    return List.of("--conf", "spark.yarn.jars=local:" + home() + "/jars/*");
  }

  @Override
  Map<String, String> environment() {
    var environment = new HashMap<>(super.environment());
    environment.put("HADOOP_CONF_DIR", site().toString());
    // The folder of MiniYARNCluster.
    environment.merge("JAVA_TOOL_OPTIONS", " -Dtest.build.data=" + folder(), String::concat);
    return environment;
  }

  private Path site() {
    return folder().resolve("site");
  }

  /** The configuration of a client. */
  YarnConfiguration configuration() {
    var conf = new YarnConfiguration();
    for (String file : List.of("core-site.xml", MiniYarn.SITE)) {
      conf.addResource(new org.apache.hadoop.fs.Path(site().resolve(file).toUri()));
    }
    return conf;
  }

  FileSystem hdfs() throws IOException {
    return FileSystem.newInstance(configuration());
  }

  YarnClient client() {
    YarnClient client = YarnClient.createYarnClient();
    client.init(configuration());
    client.start();
    return client;
  }

  /** What {@code yarn logs} shows of an application: the aggregated logs of its containers. */
  String logs(ApplicationId id) throws Exception {
    Path out = Files.createTempDirectory(folder(), "logs-");
    var request = new ContainerLogsRequest();
    request.setAppId(id);
    request.setAppOwner(UserGroupInformation.getCurrentUser().getShortUserName());
    request.setAppFinished(true);
    request.setLogTypes(Set.of("stdout", "stderr"));
    request.setBytes(Long.MAX_VALUE);
    request.setOutputLocalDir(out.toString());
    var logs = new LogCLIHelpers();
    logs.setConf(configuration());
    logs.dumpAllContainersLogs(request);
    var text = new StringBuilder();
    for (String file : Tables.filesBelow(out)) {
      text.append(Files.readString(out.resolve(file)));
    }
    return text.toString();
  }
}
