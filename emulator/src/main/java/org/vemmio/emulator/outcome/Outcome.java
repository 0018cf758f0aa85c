package org.vemmio.emulator.outcome;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.vemmio.decoder.Decoding;

/// What became of the guest: a sealed family, to be matched on. Immutable.
public sealed interface Outcome {
    /// The access was made, and the registers are as after the instruction.
    ///
    /// An engine hands out the same object whenever the same instruction comes to the same end; the accesses are seen
    /// by the bus or an observer.
    ///
    /// @param handler the name of the handler that dealt with it
    /// @param decoding what the processor makes of the bytes; a DecodeFailure where the handler accepts bytes that the
    ///     processor refuses; empty where the handler does not go by it, as Linux's do not, and the engine was not built to
    ///     describe
    /// @param complete false if a `rep` instruction has iterations left: RIP is still on it, and the next trap goes on
    /// @param effect what reached the devices
    /// @param hazards where the handler differs from the architecture; none where `decoding` is empty
    record Emulated(String handler, Optional<Decoding> decoding, boolean complete, Effect effect, List<Hazard> hazards)
            implements Outcome, HandlerResult {
        /// Creates an outcome; `hazards` is copied.
        public Emulated {
            hazards = List.copyOf(hazards);
        }
    }

    /// What an emulated instruction did to the devices.
    enum Effect {
        /// No device was accessed: a prefetch, a cache-line instruction, a `rep` with count 0, a masked move without an
        /// active element on a device.
        NO_ACCESS,
        /// Every access went out as one.
        WHOLE,
        /// An access was split, since the device takes no such width or it crossed a page.
        SPLIT
    }

    /// The instruction itself faults, or traps after completing (#DB with RFLAGS.TF set). To be injected into the
    /// guest.
    ///
    /// @param handler the name of the handler that found it
    /// @param decoding what the processor makes of the bytes
    /// @param vector 0 #DE, 1 #DB, 6 #UD, 7 #NM, 12 #SS, 13 #GP, 14 #PF, 17 #AC
    /// @param errorCode the error code, or 0 for a vector without one
    /// @param address the linear address for CR2, of a #PF alone; else 0
    /// @param complete whether the instruction has been completed, as before a #DB; else registers, flags and memory
    ///     are as before it (of a `rep` instruction, as after its last whole iteration)
    record Exception(String handler, Decoding decoding, int vector, int errorCode, long address, boolean complete)
            implements Outcome, HandlerResult {
        public static final int DE = 0;
        public static final int DB = 1;
        public static final int UD = 6;
        public static final int NM = 7;
        public static final int SS = 12;
        public static final int GP = 13;
        public static final int PF = 14;
        public static final int AC = 17;

        /// {@return the mnemonic of the exception with this vector, such as `#GP`}
        public static String name(int vector) {
            return switch (vector) {
                case DE -> "#DE";
                case DB -> "#DB";
                case UD -> "#UD";
                case NM -> "#NM";
                case SS -> "#SS";
                case GP -> "#GP";
                case PF -> "#PF";
                case AC -> "#AC";
                default -> "vector " + vector;
            };
        }
    }

    /// An Outcome that a policy decided.
    sealed interface Failed extends Outcome {
        /// {@return why the handler could not deal with the trap}
        Failure failure();

        /// {@return which rule decided what}
        Decision decision();

        /// {@return how the path of the guest's kernel ended; empty where none was taken}
        default Optional<Ending> kernelEnding() {
            return switch (this) {
                case Bug bug -> Optional.of(bug.ending);
                case GeneralProtection path -> Optional.of(path.ending);
                case Panic panic -> Optional.of(panic.ending);
                case Recovered recovered -> Optional.ofNullable(recovered.fixup);
                case Propagated _, Terminated _, Injected _, Halted _, Aborted _, VmmError _ -> Optional.empty();
            };
        }
    }

    /// BUG().
    ///
    /// @param ending an oops, or a panic
    record Bug(Failure failure, Decision decision, Ending ending) implements Failed {
    }

    /// The path of a #GP, with or without a warning before it.
    ///
    /// @param warned whether the warning printed; false for a later one of a once-only statement
    /// @param ending a fixup, a notifier, an oops, a signal or a panic
    record GeneralProtection(Failure failure, Decision decision, boolean warned, Ending ending) implements Failed {
    }

    /// The guest goes on.
    ///
    /// @param fixup the entry of the exception table that took over, or null if the recovery was another
    /// @param by the outcome of the handler that emulated it instead, or executed it without its devices to skip it;
    ///     null if nothing was executed
    @SuppressWarnings("exports") // JSpecify stays optional for users
    record Recovered(Failure failure, Decision decision, Ending.@Nullable Fixup fixup, @Nullable Outcome by)
            implements Failed {
    }

    /// The caller decides; registers and memory are as before the instruction (of a `rep` instruction, as after its last
    /// whole iteration), but for what a late check keeps: [Failure#keptRegisters].
    record Propagated(Failure failure, Decision decision) implements Failed {
    }

    /// The kernel stopped.
    record Panic(Failure failure, Decision decision, Ending.Panic ending) implements Failed {
    }

    /// The guest asked its host to end it.
    record Terminated(Failure failure, Decision decision) implements Failed {
    }

    /// An exception is to be injected into the guest, since the policy says so; that of the instruction itself is an
    /// [Exception]. Registers, CR2 included, and memory are as for [Propagated].
    ///
    /// @param vector 0 to 31
    /// @param errorCode 32 bits; empty for none
    record Injected(Failure failure, Decision decision, int vector, OptionalInt errorCode) implements Failed {
    }

    /// The virtual processor has stopped for good, and told nobody; registers and memory are as for [Propagated].
    record Halted(Failure failure, Decision decision) implements Failed {
    }

    /// The monitor has torn the virtual machine down; registers and memory, while they are there, are as for
    /// [Propagated].
    record Aborted(Failure failure, Decision decision) implements Failed {
    }

    /// The monitor (VMM) gets an error and decides; registers and memory are as for [Propagated].
    record VmmError(Failure failure, Decision decision) implements Failed {
    }
}
