package org.vemmio.emulator.scenario.run;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.vemmio.emulator.scenario.Losses;
import org.vemmio.emulator.scenario.MigrationControl;

/// What the guest has lost so far.
final class LossCount {
    private final Set<String> memory = new TreeSet<>();
    private final Set<String> data = new TreeSet<>();
    private final Set<String> transfers = new TreeSet<>();
    private int tasks;
    private int accesses;
    private MigrationControl migration = MigrationControl.READY;

    void addMemory(List<PageState> pages) {
        pages.forEach(page -> memory.add(page.name));
    }

    void addData(PageState page) {
        data.add(page.name);
    }

    void addTransfers(List<PageState> pages) {
        pages.forEach(page -> transfers.add(page.name));
    }

    void addTask() {
        tasks++;
    }

    void addAccesses(int number) {
        accesses += number;
    }

    MigrationControl migration() {
        return migration;
    }

    void setMigration(MigrationControl control) {
        migration = control;
    }

    /// Returns what a guest that goes on has lost.
    Losses losses() {
        return new Losses(false, memory, data, transfers, tasks, accesses, migration);
    }
}
