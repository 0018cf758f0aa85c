package org.vemmio.emulator.scenario.run;

import java.util.List;
import org.vemmio.emulator.scenario.LoadRow;
import org.vemmio.emulator.scenario.MigrationControl;

/// Something that comes of a step, as [#text] tells it in one line. Immutable.
public sealed interface TimelineEvent {
    /// A line of the guest's kernel log.
    ///
    /// @param text a warning, an error, a panic
    record Logged(String text) implements TimelineEvent {
        @Override
        public String text() {
            return "kernel log: " + text;
        }
    }

    /// The caller is told.
    ///
    /// @param error what
    record Returned(String error) implements TimelineEvent {
        @Override
        public String text() {
            return "the caller gets " + error;
        }
    }

    /// The host does not do what it is asked.
    ///
    /// @param what it was asked
    record Refused(String what) implements TimelineEvent {
        @Override
        public String text() {
            return "refused: " + what;
        }
    }

    /// Pages are never used again.
    ///
    /// @param pages their names
    record Leaked(List<String> pages) implements TimelineEvent {
        /// Creates an event; the list is copied.
        public Leaked {
            pages = List.copyOf(pages);
        }

        @Override
        public String text() {
            return "kept for ever: " + String.join(" ", pages);
        }
    }

    /// Private data reaches the host.
    ///
    /// @param page its name
    /// @param how on which way
    record Exposed(String page, String how) implements TimelineEvent {
        @Override
        public String text() {
            return "PRIVATE DATA of %s REACHES THE HOST: %s".formatted(page, how);
        }
    }

    /// A page's contents are gone.
    ///
    /// @param page its name
    /// @param how by what
    record DataLost(String page, String how) implements TimelineEvent {
        @Override
        public String text() {
            return "the contents of %s are gone: %s".formatted(page, how);
        }
    }

    /// The host meets a fault of its own.
    ///
    /// @param text which, and what becomes of it
    record HostFault(String text) implements TimelineEvent {
    }

    /// Whoever waits for migration gets an answer.
    ///
    /// @param control the answer
    record Answered(MigrationControl control) implements TimelineEvent {
        @Override
        public String text() {
            return "migration: " + control.text();
        }
    }

    /// How a load ends that comes here.
    ///
    /// @param row for each place that its translation may come from
    record Loaded(LoadRow row) implements TimelineEvent {
        @Override
        public String text() {
            return "a load here: walk %s, TLB %s%s".formatted(row.walk().label(), row.tlb().label(),
                    row.alias().map(end -> ", alias " + end.label()).orElse(""));
        }
    }

    /// What became of a trap.
    ///
    /// @param instruction the instruction's bytes in hex, and its mnemonic if it decodes
    /// @param outcome what became of it, in a few words, and how many accesses reached the device
    record Trapped(String instruction, String outcome) implements TimelineEvent {
        @Override
        public String text() {
            return instruction + ": " + outcome;
        }
    }

    /// Something else that is worth a line.
    ///
    /// @param text the line
    record Noted(String text) implements TimelineEvent {
    }

    /// {@return the event in one line}
    String text();
}
