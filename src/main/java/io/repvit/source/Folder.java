package io.repvit.source;

import io.repvit.metrics.LeftOut;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A folder of a store, or the name of an object that may be one; nothing is asked before a call.
 */
interface Folder {

  /** What stands in a folder, one name after another. */
  interface Names {
    void object(String name, SourceObject object) throws IOException;

    void folder(String name, Folder folder) throws IOException;

    /** A name that is neither. */
    void leftOut(String name, LeftOut.Rule rule) throws IOException;
  }

  /** Objects at any depth. */
  interface Keys {
    /**
     * An object.
     *
     * @param names of folders and of the object, from the folder on
     */
    void object(List<String> names, SourceObject object);

    void leftOut(List<String> names, LeftOut.Rule rule);
  }

  /** Without a slash at the end. */
  String uri();

  /** The same where no link leads to it. */
  default String realUri() throws IOException {
    return uri();
  }

  /** A folder or object in it. */
  Folder child(String name);

  /** Whether there is a folder or an object. */
  boolean exists() throws IOException;

  /**
   * The object of this name; null if it is a folder.
   *
   * @throws java.io.FileNotFoundException when there is neither, if that is known
   */
  @Nullable SourceObject object() throws IOException;

  /**
   * Lists this folder.
   *
   * @throws java.io.FileNotFoundException when it is not there
   */
  void list(Names names) throws IOException;

  /** Whether {@link #listAll} is cheaper than to list one folder after another. */
  default boolean isFlat() {
    return false;
  }

  /**
   * Lists all objects below this folder.
   *
   * @return whether this folder is there
   */
  default boolean listAll(Keys keys) throws IOException {
    throw new UnsupportedOperationException("has folders");
  }
}
