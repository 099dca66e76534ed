package io.repvit.analytics;

import java.util.Arrays;

/**
 * Sets of connected nodes (union-find with path halving). The root of a set is its least node.
 * Public for the rooms below this one only.
 */
public final class Forest {
  private int[] parent = {};

  /** Creates a forest of {@code nodes} single nodes, numbered from 0. */
  public Forest(int nodes) {
    keep(0, nodes);
  }

  /** Keeps the sets of the first nodes, and makes the others up to {@code nodes} single nodes. */
  public void keep(int first, int nodes) {
    parent = Arrays.copyOf(parent, nodes);
    for (int i = first; i < nodes; i++) {
      parent[i] = i;
    }
  }

  public int root(int node) {
    int at = node;
    while (parent[at] != at) {
      parent[at] = parent[parent[at]];
      at = parent[at];
    }
    return at;
  }

  /** Connects two nodes; false if they were connected. */
  public boolean connect(int a, int b) {
    int rootA = root(a);
    int rootB = root(b);
    parent[Math.max(rootA, rootB)] = Math.min(rootA, rootB);
    return rootA != rootB;
  }
}
