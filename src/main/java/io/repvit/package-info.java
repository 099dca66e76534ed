/**
 * Batch image inference with RepViT on Apache Spark.
 *
 * <p>A model is made once: {@link io.repvit.checkpoint.CheckpointReader} reads the checkpoint,
 * {@link io.repvit.model.RepVit} folds it, {@link io.repvit.export.Exporter} writes and verifies
 * the ONNX file with its {@link io.repvit.inference.ModelCard}; {@link io.repvit.export.Quantiser}
 * may make an int8 one of it.
 *
 * <p>The path of one image, stop by stop: {@link io.repvit.input.Input} names it, {@link
 * io.repvit.spark.ClassifyRun} puts it into a partition, {@code PartitionTask} takes it on an
 * executor, {@code FetchAhead} reads its bytes, {@link io.repvit.image.ImageDecoder} and {@link
 * io.repvit.image.Resampler} make pixels in a slot of an {@link io.repvit.inference.ImageBatch},
 * {@link io.repvit.inference.ClassifierSession} computes, {@link io.repvit.inference.Prediction}
 * reads the logits, and {@code RunTable} stages the row of {@link io.repvit.spark.PredictionTable}
 * or {@link io.repvit.spark.QuarantineTable} until the whole run is published. {@link
 * io.repvit.report.RunManifest} and {@link io.repvit.report.HtmlReport} tell of it.
 */
@NullMarked
package io.repvit;

import org.jspecify.annotations.NullMarked;
