package io.repvit.source;

import java.util.Iterator;

/** Counts the elements that an iterator has returned. */
public final class CountingIterator<T> implements Iterator<T> {
  private final Iterator<T> elements;
  private long count;

  public CountingIterator(Iterator<T> elements) {
    this.elements = elements;
  }

  public long count() {
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
