package io.repvit.watch;

/**
 * The run that started this one, such as a task of Airflow.
 *
 * @param namespace of its job
 * @param job name of its job
 * @param run its id, a UUID
 */
public record LineageParent(String namespace, String job, String run) {}
