package org.vemmio.emulator.scenario;

import org.vemmio.emulator.input.Labels;

/// How a scenario ends for the guest. Where it has interleavings, the worst of them.
public sealed interface ScenarioEnd {
    /// The guest goes on.
    record Running() implements ScenarioEnd {
        @Override
        public String text() {
            return "the guest goes on";
        }
    }

    /// The guest's kernel stops.
    ///
    /// @param message the text behind `Kernel panic - not syncing: `
    record Panicked(String message) implements ScenarioEnd {
        @Override
        public String text() {
            return "panic: " + message;
        }
    }

    /// The guest asks its host to end it.
    ///
    /// @param reason what for
    record Terminated(String reason) implements ScenarioEnd {
        @Override
        public String text() {
            return "the guest asks its host to end it: " + reason;
        }
    }

    /// The machine or its monitor ends the guest, or the guest's processor stops for good.
    ///
    /// @param reason what for
    record GuestLost(String reason) implements ScenarioEnd {
        @Override
        public String text() {
            return "the guest is lost: " + reason;
        }
    }

    /// The host stops, and with it every guest.
    ///
    /// @param reason what for
    record HostLost(String reason) implements ScenarioEnd {
        @Override
        public String text() {
            return "the host is lost: " + reason;
        }
    }

    /// The host starts anew, and with it the guest is over.
    ///
    /// @param how by `kexec` or by `reboot`
    record Restarted(String how) implements ScenarioEnd {
        @Override
        public String text() {
            return "the host starts anew by " + how + ", and goes on";
        }
    }

    /// The kinds of end, as scenario files name them.
    enum Kind {
        RUNNING,
        PANIC,
        TERMINATED,
        GUEST_LOST,
        HOST_LOST,
        RESTARTED;

        /// {@return the name in lower case with hyphens}
        public String label() {
            return Labels.of(this);
        }
    }

    /// {@return the end in one line}
    String text();

    /// {@return its kind}
    default Kind kind() {
        return switch (this) {
            case Running _ -> Kind.RUNNING;
            case Panicked _ -> Kind.PANIC;
            case Terminated _ -> Kind.TERMINATED;
            case GuestLost _ -> Kind.GUEST_LOST;
            case HostLost _ -> Kind.HOST_LOST;
            case Restarted _ -> Kind.RESTARTED;
        };
    }
}
