/**
 * Batch image inference with RepViT on Apache Spark.
 *
 * <p>A model is made once: {@link io.repvit.checkpoint.CheckpointReader} reads the checkpoint,
 * {@link io.repvit.model.RepVit} folds it, {@link io.repvit.export.Exporter} writes and verifies
 * the ONNX file with its {@link io.repvit.inference.ModelCard}; {@link io.repvit.export.Quantiser}
 * may make an int8 one of it.
 *
 * <p>The path of one image, stop by stop. {@link io.repvit.source.Input} names the source object.
 * {@link io.repvit.plan.Plan} puts it into a partition. {@link io.repvit.run.RunJob} runs the
 * partitions wave by wave; {@code run.PartitionTask} is the task on an executor. {@code
 * source.FetchAhead} reads the bytes ahead of {@link io.repvit.predict.PartitionPredictor}, which
 * is the loop over the images of a task. There {@link io.repvit.image.ImageDecoder} and {@link
 * io.repvit.image.Resampler} write pixels into a slot of an {@link io.repvit.inference.ImageBatch},
 * {@link io.repvit.inference.ClassifierSession} computes the outputs, and {@link
 * io.repvit.inference.Prediction} reads the logits. {@code table.RunTable} stages the row of {@link
 * io.repvit.table.PredictionTable} or {@link io.repvit.table.QuarantineTable}. A {@link
 * io.repvit.table.Publisher} makes the tables visible, and {@link io.repvit.run.RunManifest},
 * written last, completes the run.
 */
@NullMarked
package io.repvit;

import org.jspecify.annotations.NullMarked;
