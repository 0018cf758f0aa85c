package org.vemmio.emulator.scenario;

import java.util.List;
import java.util.stream.Collectors;
import org.vemmio.emulator.recording.RecordedTrap;

/// Something that is done in a scenario. Pages are given by name.
public sealed interface Step {
    /// Something that the host does, whether or not the guest is over.
    sealed interface ByHost extends Step {
    }

    /// The guest converts pages, as one batch (Linux arch/x86/mm/pat/set_memory.c, `__set_memory_enc_pgtable`).
    ///
    /// @param pages at least one
    record Convert(List<String> pages, Attribute to) implements Step {
        /// Creates a step; the list is copied.
        public Convert {
            pages = List.copyOf(pages);
        }
    }

    /// The guest converts a page in the order that the policy says, and wherever a `load_unaligned_zeropad` can run
    /// over into it, one is tried.
    record Change(String page, Attribute to) implements Step {
    }

    /// The caller gives pages back to the allocator, unless it has kept them for ever; the next owner takes them for
    /// private memory.
    record Free(List<String> pages) implements Step {
        /// Creates a step; the list is copied.
        public Free {
            pages = List.copyOf(pages);
        }
    }

    /// The next owner of each page stores private data in it, if it has got it.
    record GuestStore(List<String> pages) implements Step {
        /// Creates a step; the list is copied.
        public GuestStore {
            pages = List.copyOf(pages);
        }
    }

    /// The guest reads a page.
    record GuestLoad(String page) implements Step {
    }

    /// The guest has done with pages that it shares, and takes them back.
    record Release(List<String> pages) implements Step {
        /// Creates a step; the list is copied.
        public Release {
            pages = List.copyOf(pages);
        }
    }

    /// The host writes to a page, not a whole cache line.
    ///
    /// @param bytes 1 to 63
    record HostWrite(String page, int bytes) implements ByHost {
    }

    /// The host writes whole lines to a page (MOVDIR64B, Intel SDM vol. 2).
    record HostClear(String page) implements ByHost {
    }

    /// The host reads a page.
    record HostRead(String page) implements ByHost {
    }

    /// The host starts another kernel without a reset.
    record Kexec() implements ByHost {
    }

    /// The host resets the machine.
    record Reboot() implements ByHost {
    }

    /// The guest is to be migrated.
    record Migrate() implements Step {
    }

    /// The guest's kernel runs into recorded traps, each in another task.
    ///
    /// @param recording where they are from
    /// @param traps the traps, at least one
    record ReplayTraps(String recording, List<RecordedTrap> traps) implements Step {
        /// Creates a step; the list is copied.
        public ReplayTraps {
            traps = List.copyOf(traps);
        }
    }

    /// {@return the step in one line}
    default String text() {
        return switch (this) {
            case Convert(List<String> pages, Attribute to) -> "convert %s to %s".formatted(names(pages), to.label());
            case Change(String page, Attribute to) -> "convert %s to %s".formatted(page, to.label());
            case Free(List<String> pages) -> "free " + names(pages);
            case GuestStore(List<String> pages) -> "the next owner stores in " + names(pages);
            case GuestLoad(String page) -> "the guest reads " + page;
            case Release(List<String> pages) -> "the guest has done with " + names(pages);
            case HostWrite(String page, int bytes) -> "the host writes %d bytes to %s".formatted(bytes, page);
            case HostClear(String page) -> "the host writes whole lines to " + page;
            case HostRead(String page) -> "the host reads " + page;
            case Kexec _ -> "kexec of the host";
            case Reboot _ -> "reboot of the host";
            case Migrate _ -> "migrate the guest";
            case ReplayTraps(String recording, List<RecordedTrap> traps) ->
                "traps from %s, lines %s".formatted(recording,
                        traps.stream().map(trap -> String.valueOf(trap.line())).collect(Collectors.joining(", ")));
        };
    }

    private static String names(List<String> pages) {
        return String.join(" ", pages);
    }
}
