package io.repvit.source;

import io.repvit.UserException;
import io.repvit.metrics.LeftOut;
import io.repvit.storage.StoreException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Lists one folder of a subtree and returns its subfolders. On S3 it lists all objects below the
 * folder at once, with one request per thousand objects.
 *
 * @param subtree the subtree
 * @param at the folder to list
 * @param names the path of {@code at} relative to the folder of the subtree
 * @param others subtrees that may contain a part of this one
 * @param rules rules that decide which names are read
 * @param matched inputs whose glob has matched something; listings add to this set
 */
record SubtreeListing(
    Subtree subtree,
    Folder at,
    List<String> names,
    List<Subtree> others,
    ListingRules rules,
    Set<String> matched)
    implements ObjectSource {

  @Override
  public String given() {
    return subtree.given();
  }

  @Override
  public List<ObjectSource> list(Sink sink) throws UserException {
    try {
      boolean isObject = names.isEmpty() && subtree.isWhole() && listObject(sink);
      if (isObject && !at.isFlat()) {
        return List.of();
      }
      return at.isFlat() && (subtree.isWhole() || subtree.isDeep())
          ? listAll(sink, isObject)
          : listFolder(sink);
    } catch (IOException | RuntimeException e) {
      throw unlisted(given(), e);
    }
  }

  private List<ObjectSource> listAll(Sink sink, boolean isObject) throws IOException {
    boolean isFolder =
        at.listAll(
            new Folder.Keys() {
              @Override
              public void object(List<String> below, SourceObject object) {
                add(below, object, sink);
              }

              @Override
              public void leftOut(List<String> below, LeftOut.Rule rule) {
                leaveOut(below, rule, sink);
              }
            });
    if (!isFolder && !isObject) {
      throw new FileNotFoundException(at.uri());
    }
    return List.of();
  }

  private List<ObjectSource> listFolder(Sink sink) throws IOException {
    var found = new ArrayList<ObjectSource>();
    at.list(
        new Folder.Names() {
          @Override
          public void object(String name, SourceObject object) {
            add(below(name), object, sink);
          }

          @Override
          public void folder(String name, Folder folder) throws IOException {
            List<String> below = below(name);
            Glob.Reach reach = reach(below);
            boolean leadsOn = subtree.globs().stream().anyMatch(glob -> glob.leadsThrough(below));
            if (reach == Glob.Reach.NO && !leadsOn) {
              return;
            }
            if (rules.isOutput(folder)) {
              sink.leaveOut(LeftOut.Rule.OUTPUT, 1);
            } else if (reach == Glob.Reach.HIDDEN && !leadsOn) {
              sink.leaveOut(LeftOut.Rule.HIDDEN, 1);
            } else {
              found.add(new SubtreeListing(subtree, folder, below, others, rules, matched));
            }
          }

          @Override
          public void leftOut(String name, LeftOut.Rule rule) {
            leaveOut(below(name), rule, sink);
          }
        });
    return found;
  }

  private List<String> below(String name) {
    var below = new ArrayList<>(names);
    below.add(name);
    return List.copyOf(below);
  }

  /**
   * Converts a failed listing to an error for the user.
   *
   * @throws RuntimeException {@code e}, when the input is not at fault
   */
  static UserException unlisted(String given, Exception e) {
    if (e instanceof FileNotFoundException) {
      return new UserException(
          "input " + given + " does not exist; expected a folder or an object", e);
    }
    if (e instanceof IOException io) {
      return new UserException(
          "input " + given + " cannot be listed: " + StoreException.describe(io), e);
    }
    if (e instanceof IllegalArgumentException) {
      return new UserException("input " + given + " cannot be listed: " + e.getMessage(), e);
    }
    if (e instanceof UnsupportedOperationException unsupported) {
      return UserException.unlistable(given, unsupported);
    }
    throw (RuntimeException) e;
  }

  /** Lists an object that an input names. It is read even if its name is hidden. */
  private boolean listObject(Sink sink) throws IOException, UserException {
    SourceObject object = subtree.isFolder() && at.isFlat() ? null : at.object();
    if (object == null) {
      return false;
    }
    if (!rules.isOfFormat(object.path())) {
      throw new UserException(
          String.format(
              Locale.ROOT,
              "input %s has another format; expected a name that ends in %s; or set input-format",
              given(),
              String.join(", ", rules.endings())));
    }
    add(names, object, sink);
    return true;
  }

  /** Refuses the input if a glob has matched nothing. */
  @Override
  public void end() throws UserException {
    for (Glob glob : subtree.globs()) {
      if (!glob.isAll() && !matched.contains(glob.given())) {
        throw new UserException(
            "input " + glob.given() + " matches nothing; expected at least one object or folder");
      }
    }
  }

  private void add(List<String> object, SourceObject found, Sink sink) {
    Glob.Reach reach = reach(object);
    if (reach == Glob.Reach.NO) {
      return;
    }
    if (rules.isOutput(found.path())) {
      sink.leaveOut(LeftOut.Rule.OUTPUT, 1);
    } else if (reach == Glob.Reach.HIDDEN) {
      sink.leaveOut(LeftOut.Rule.HIDDEN, 1);
    } else if (others.stream().anyMatch(other -> other.covers(found.path()))) {
      sink.leaveOut(LeftOut.Rule.DUPLICATES, 1);
    } else if (!rules.isOfFormat(found.path())) {
      sink.leaveOut(LeftOut.Rule.OTHER_FORMAT, 1);
    } else {
      sink.accept(found);
    }
  }

  private void leaveOut(List<String> name, LeftOut.Rule rule, Sink sink) {
    switch (reach(name)) {
      case NO -> {}
      case HIDDEN -> sink.leaveOut(LeftOut.Rule.HIDDEN, 1);
      case YES -> sink.leaveOut(rule, 1);
    }
  }

  private Glob.Reach reach(List<String> name) {
    Glob.Reach most = Glob.Reach.NO;
    for (Glob glob : subtree.globs()) {
      Glob.Reach reach = glob.reach(name);
      if (reach != Glob.Reach.NO) {
        matched.add(glob.given());
      }
      most = reach.compareTo(most) > 0 ? reach : most;
    }
    return most;
  }
}
