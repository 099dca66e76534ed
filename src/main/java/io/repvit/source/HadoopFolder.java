package io.repvit.source;

import io.repvit.storage.ObjectPath;
import java.io.IOException;
import org.apache.hadoop.fs.EtagSource;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.jspecify.annotations.Nullable;

/** A folder of a Hadoop file system without an implementation of its own. */
record HadoopFolder(FileSystem fs, Path path) implements Folder {
  @Override
  public String uri() {
    return path.isRoot() ? path.toString().replaceFirst("/$", "") : path.toString();
  }

  @Override
  public HadoopFolder child(String name) {
    return new HadoopFolder(fs, ObjectPath.child(path, name));
  }

  @Override
  public boolean exists() throws IOException {
    return fs.exists(path);
  }

  @Override
  public @Nullable SourceObject object() throws IOException {
    FileStatus status = fs.getFileStatus(path);
    if (status.getLen() < 0) {
      throw new UnsupportedOperationException("the file system reports no length");
    }
    return status.isDirectory() ? null : object(status);
  }

  @Override
  public void list(Names names) throws IOException {
    RemoteIterator<FileStatus> children = fs.listStatusIterator(path);
    while (children.hasNext()) {
      FileStatus child = children.next();
      String name = child.getPath().getName();
      if (child.isDirectory()) {
        names.folder(name, new HadoopFolder(fs, child.getPath()));
      } else {
        names.object(name, object(child));
      }
    }
  }

  private static SourceObject object(FileStatus status) {
    return new SourceObject(
        status.getPath().toString(),
        status.getLen(),
        status.getModificationTime(),
        status instanceof EtagSource source ? source.getEtag() : null);
  }
}
