package io.repvit.bench;

import java.util.List;

/** What a thread of a JVM is for, by its name. */
enum ThreadKind {
  C1("C1 compiler", "C1 CompilerThre"),
  C2("C2 compiler", "C2 CompilerThre"),
  /** The VM thread too: SerialGC collects on it. */
  GC("garbage collection", "GC Thread", "G1 ", "VM Thread"),
  TASKS("tasks", "Executor task"),
  /** The JVM names the thread of {@code main} after the program. */
  MAIN("main thread", "java"),
  OTHER("others", "");

  private final String label;
  private final List<String> beginnings;

  ThreadKind(String label, String... beginnings) {
    this.label = label;
    this.beginnings = List.of(beginnings);
  }

  /** The name for people. */
  String label() {
    return label;
  }

  /** Of a name as Linux has it, of 15 bytes at most. */
  static ThreadKind of(String name) {
    for (ThreadKind kind : values()) {
      if (kind.beginnings.stream().anyMatch(name::startsWith)) {
        return kind;
      }
    }
    return OTHER;
  }
}
