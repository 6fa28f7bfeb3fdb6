package io.ringdown.cluster.engine;

/** What changes and is stored before anybody hears of it. */
abstract class Committing {
    /** How many changes are on their way to the stores. Not stored: a new owner starts over. */
    int committing;
}
