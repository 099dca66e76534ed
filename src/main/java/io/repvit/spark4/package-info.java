/**
 * What this project uses of Spark's internals, behind plain types. Spark may change these classes
 * in any release; tested with Spark 4.2 (the default build) and Spark 4.1 (the Maven profile {@code
 * spark-4.1}). A port to another Spark changes this package only.
 *
 * <ul>
 *   <li>{@link io.repvit.spark4.ParquetFiles}: the Parquet writer of one file ({@code
 *       ParquetFileFormat}, {@code OutputWriter}) and its rows ({@code InternalRow}). The public
 *       DataFrame writers write one table per job, and a run writes two.
 *   <li>{@link io.repvit.spark4.ParquetSchema}: the conversion of a schema of Parquet ({@code
 *       ParquetToSparkSchemaConverter}). Publicly, it needs a Spark job per file.
 *   <li>{@link io.repvit.spark4.FileSlice}: what a partition of a scan reads ({@code
 *       FilePartition}).
 *   <li>{@link io.repvit.spark4.SparkSql}: a session's Hadoop configuration and catalogs ({@code
 *       SessionState}), and the estimated size of a query ({@code QueryExecution}).
 *   <li>{@link io.repvit.spark4.SparkTasks}: permission to commit ({@code
 *       OutputCommitCoordinator}), running tasks ({@code TaskSchedulerImpl}), a part of an RDD
 *       ({@code PartitionPruningRDD}), the host of an executor ({@code BlockManager}), and the
 *       bytes that a task moved ({@code TaskMetrics}).
 *   <li>{@link io.repvit.spark4.SqlFunctions}: functions in SQL ({@code ExpressionInfo}, {@code
 *       ApplyFunctionExpression}). Publicly, a session registers functions itself, without a check
 *       of types or a description.
 *   <li>{@link io.repvit.spark4.YarnDriver}: the exit code of a driver in YARN's cluster mode
 *       ({@code SparkUserAppException}). Publicly, every exit of the JVM is a failure there.
 * </ul>
 *
 * <p>Knows no other package of this project.
 */
@NullMarked
package io.repvit.spark4;

import org.jspecify.annotations.NullMarked;
