package io.repvit.cli;

import io.repvit.run.RunObserver;
import java.io.PrintWriter;
import picocli.CommandLine.Model.CommandSpec;

/** Prints what a run warns of and what it resumes. */
class RunMessages implements RunObserver {
  private final String name;
  private final PrintWriter err;

  RunMessages(CommandSpec command) {
    name = command.qualifiedName();
    err = command.commandLine().getErr();
  }

  @Override
  public void warn(String message) {
    err.println(name + ": warning: " + message);
  }

  @Override
  public void resuming(String what) {
    err.println(name + ": resuming " + what);
  }
}
