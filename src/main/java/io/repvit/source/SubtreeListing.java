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
 * Lists a folder of a subtree, and finds those in it. On S3 all objects are listed flat, one
 * request per thousand.
 *
 * @param subtree what is listed
 * @param at the folder of it that this lists
 * @param names of folders from that of the subtree to this
 * @param others subtrees that may reach a part of this
 * @param rules what is read
 * @param matched inputs with a glob that has matched something; listings add to it
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
   * What a failed listing means.
   *
   * @throws RuntimeException when it means nothing of the input
   */
  static UserException unlisted(String given, Exception e) {
    if (e instanceof FileNotFoundException) {
      return new UserException("input " + given + " does not exist; give a folder or an object", e);
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

  /** The object that an input names, which is read whatever it is called, or refused. */
  private boolean listObject(Sink sink) throws IOException, UserException {
    SourceObject object = subtree.isFolder() && at.isFlat() ? null : at.object();
    if (object == null) {
      return false;
    }
    if (!rules.isOfFormat(object.path())) {
      throw new UserException(
          String.format(
              Locale.ROOT,
              "input %s is of another format; give objects with names that end in %s, or set input-format",
              given(),
              String.join(", ", rules.endings())));
    }
    add(names, object, sink);
    return true;
  }

  /** What a glob that matches nothing makes of the whole input. */
  @Override
  public void end() throws UserException {
    for (Glob glob : subtree.globs()) {
      if (!glob.isAll() && !matched.contains(glob.given())) {
        throw new UserException("input " + glob.given() + " matches nothing");
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
