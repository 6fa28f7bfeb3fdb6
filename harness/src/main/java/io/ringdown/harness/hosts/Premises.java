package io.ringdown.harness.hosts;

import java.nio.file.Path;

/**
 * What an element finds where it runs, if that is another machine.
 *
 * @param java the JVM
 * @param jar the reference cluster's deployable jar; null: it is not there
 * @param archive class-data archive; null: there is none
 * @param folder for its files, where it works
 */
public record Premises(Path java, Path jar, Path archive, Path folder) {}
