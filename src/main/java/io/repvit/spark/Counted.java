package io.repvit.spark;

import java.util.Iterator;

/** Counts what passes. */
final class Counted<T> implements Iterator<T> {
  private final Iterator<T> elements;
  private long count;

  Counted(Iterator<T> elements) {
    this.elements = elements;
  }

  long count() {
    return count;
  }

  @Override
  public boolean hasNext() {
    return elements.hasNext();
  }

  @Override
  public T next() {
    T next = elements.next();
    count++;
    return next;
  }
}
