/**
 * Batch image inference with RepViT on Apache Spark.
 *
 * <p>A model is made once: {@link io.repvit.checkpoint.CheckpointReader} reads the checkpoint,
 * {@link io.repvit.model.RepVit} folds it, {@link io.repvit.export.Exporter} writes and verifies
 * the ONNX file with its {@link io.repvit.inference.ModelCard}; {@link io.repvit.export.Quantiser}
 * can convert it to int8.
 *
 * <p>The path of one image, step by step. {@link io.repvit.source.Input} names the source object.
 * {@link io.repvit.plan.Plan} puts it into a partition. {@link io.repvit.run.RunJob} executes the
 * run: {@code run.WaveRunner} starts a Spark job per wave, and {@code run.PartitionTask} is its
 * task on an executor. {@code source.FetchAhead} reads the bytes ahead of {@link
 * io.repvit.predict.PartitionPredictor}, which is the loop over the images of a task. There {@link
 * io.repvit.image.ImageDecoder} and {@link io.repvit.image.Resampler} write pixels into a slot of
 * an {@link io.repvit.inference.ImageBatch}, {@link io.repvit.inference.ClassifierSession} computes
 * the outputs, and {@link io.repvit.inference.Prediction} reads the logits. {@code
 * table.TableWriter} stages the row of {@link io.repvit.table.PredictionTable} or {@link
 * io.repvit.table.QuarantineTable}. A {@link io.repvit.table.TableCommitter} makes the tables
 * visible, and {@link io.repvit.run.RunManifest}, written last, publishes the run.
 */
@NullMarked
package io.repvit;

import org.jspecify.annotations.NullMarked;
