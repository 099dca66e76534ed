/** Batch image inference with RepViT on Apache Spark. */
@NullMarked
package io.repvit;

import org.jspecify.annotations.NullMarked;
