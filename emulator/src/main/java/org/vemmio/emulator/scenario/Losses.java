package org.vemmio.emulator.scenario;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// What a guest loses.
///
/// @param everything whether the guest is over; then the rest is empty
/// @param memory the pages that are never used again
/// @param data the pages whose contents are gone
/// @param transfers the pages whose sharing failed, so that what was to go through them does not
/// @param tasks how many tasks are killed
/// @param accesses how many device accesses are not made
/// @param migration what stands of being migrated; READY if nothing is lost
public record Losses(boolean everything, Set<String> memory, Set<String> data, Set<String> transfers, int tasks,
        int accesses, MigrationControl migration) {
    /// Nothing.
    public static final Losses NOTHING =
            new Losses(false, Set.of(), Set.of(), Set.of(), 0, 0, MigrationControl.READY);
    /// The guest itself.
    public static final Losses EVERYTHING =
            new Losses(true, Set.of(), Set.of(), Set.of(), 0, 0, MigrationControl.READY);

    /// Creates losses; the sets are copied.
    public Losses {
        memory = Collections.unmodifiableSet(new TreeSet<>(memory));
        data = Collections.unmodifiableSet(new TreeSet<>(data));
        transfers = Collections.unmodifiableSet(new TreeSet<>(transfers));
    }

    /// {@return the losses in a few words; `nothing` if there are none}
    public String text() {
        List<String> parts = new ArrayList<>();
        if (everything) {
            parts.add("everything");
        }
        if (!memory.isEmpty()) {
            parts.add("the memory of " + String.join(" ", memory));
        }
        if (!data.isEmpty()) {
            parts.add("the contents of " + String.join(" ", data));
        }
        if (!transfers.isEmpty()) {
            parts.add("what was to go through " + String.join(" ", transfers));
        }
        if (tasks > 0) {
            parts.add(count(tasks, "task"));
        }
        if (accesses > 0) {
            parts.add("%,d device access%s".formatted(accesses, accesses == 1 ? "" : "es"));
        }
        if (migration != MigrationControl.READY) {
            parts.add("migration (" + migration.text() + ")");
        }
        return parts.isEmpty() ? "nothing" : String.join("; ", parts);
    }

    private static String count(int number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    /// {@return the losses as a scenario file writes them}
    @Override
    public String toString() {
        List<String> parts = new ArrayList<>();
        if (everything) {
            return "everything";
        }
        add(parts, "memory", memory);
        add(parts, "data", data);
        add(parts, "transfers", transfers);
        if (tasks > 0) {
            parts.add("tasks: " + tasks);
        }
        if (accesses > 0) {
            parts.add("accesses: " + accesses);
        }
        if (migration != MigrationControl.READY) {
            parts.add("migration: " + migration.label());
        }
        return parts.isEmpty() ? "nothing" : "{" + String.join(", ", parts) + "}";
    }

    private static void add(List<String> parts, String key, Set<String> pages) {
        if (!pages.isEmpty()) {
            parts.add(key + ": [" + String.join(", ", pages) + "]");
        }
    }
}
