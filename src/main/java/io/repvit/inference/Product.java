package io.repvit.inference;

/** The name and version of this product. */
public final class Product {
  /** Name and version, as model files and tables contain them. */
  public static final String NAME = "repvit-spark 0.1.0-SNAPSHOT";

  private Product() {}
}
