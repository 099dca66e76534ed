package io.repvit.inference;

/** This product, as files and tables name it. */
public final class Product {
  /** Name and version. */
  public static final String NAME = "repvit-spark 0.1.0-SNAPSHOT";

  private Product() {}
}
