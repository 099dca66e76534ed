package io.repvit.source;

import io.repvit.metrics.LeftOut;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A folder of a file system, or a path that may be an object. Requests are sent only when a method
 * needs them.
 */
interface Folder {

  /** Receives the names in a folder. */
  interface Names {
    void object(String name, SourceObject object) throws IOException;

    void folder(String name, Folder folder) throws IOException;

    /** A name that is neither an object nor a folder to list. */
    void leftOut(String name, LeftOut.Rule rule) throws IOException;
  }

  /** Receives the objects below a folder, at any depth. */
  interface Keys {
    /**
     * An object.
     *
     * @param names the names of the folders and the object, relative to the listed folder
     */
    void object(List<String> names, SourceObject object);

    void leftOut(List<String> names, LeftOut.Rule rule);
  }

  /** URI without a trailing slash. */
  String uri();

  /** URI with symbolic links resolved. */
  default String realUri() throws IOException {
    return uri();
  }

  /** The folder or object {@code name} in this folder. */
  Folder child(String name);

  /** Whether a folder or an object exists at this path. */
  boolean exists() throws IOException;

  /**
   * The object at this path; null if it is a folder.
   *
   * @throws java.io.FileNotFoundException when neither exists, if the file system can tell
   */
  @Nullable SourceObject object() throws IOException;

  /**
   * Lists this folder.
   *
   * @throws java.io.FileNotFoundException when it does not exist
   */
  void list(Names names) throws IOException;

  /** Whether {@link #listAll} is supported; it is cheaper than listing folder by folder. */
  default boolean isFlat() {
    return false;
  }

  /**
   * Lists all objects below this folder.
   *
   * @return whether this folder exists
   */
  default boolean listAll(Keys keys) throws IOException {
    throw new UnsupportedOperationException("list folder by folder");
  }
}
