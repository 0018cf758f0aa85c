package org.vemmio.emulator.outcome;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.vemmio.decoder.Decoding;
import org.vemmio.decoder.Instruction;

/// Why a trap could not be dealt with, and where. Immutable; identity equality.
public final class Failure implements HandlerResult {
    private final Check check;
    private final String handler;
    private final String detail;
    private final TrappedInstruction trapped;
    private final Kept kept;

    /// What trapped. Immutable.
    ///
    /// @param code the instruction bytes fetched, 0 to 15; copied on the way in and out
    /// @param decoding what the processor makes of them, or null if nothing was fetched
    /// @param rip the instruction pointer, an offset into CS
    /// @param gla the guest-linear address of the trap
    /// @param gpa the guest-physical address of the trap
    /// @param cpl the privilege level, 0 to 3
    @SuppressWarnings("exports") // JSpecify stays optional for users
    public record TrappedInstruction(byte[] code, @Nullable Decoding decoding, long rip, long gla, long gpa, int cpl) {
        /// Creates it; `code` is copied.
        public TrappedInstruction {
            code = code.clone();
        }

        @Override
        public byte[] code() {
            return code.clone();
        }
    }

    /// What stays of the instruction after a late check. Immutable.
    ///
    /// @param accesses the device accesses already made, in order
    /// @param registers the general-purpose registers that the handler leaves changed, by number as
    ///     [org.vemmio.emulator.cpu.Gpr] has them, with all 64 bits of their new values
    public record Kept(List<DeviceAccess> accesses, SortedMap<Integer, Long> registers) {
        /// Nothing.
        public static final Kept NOTHING = new Kept(List.of(), Collections.emptySortedMap());

        /// Creates it; both are copied.
        public Kept {
            accesses = List.copyOf(accesses);
            registers = Collections.unmodifiableSortedMap(new TreeMap<>(registers));
        }

        /// {@return what stays where accesses alone do}
        public static Kept of(List<DeviceAccess> accesses) {
            return accesses.isEmpty() ? NOTHING : new Kept(accesses, Collections.emptySortedMap());
        }
    }

    /// Creates a Failure.
    ///
    /// @param check which check refused
    /// @param handler the name of the handler that refused
    /// @param detail what the check leaves open, in a few words; may be empty
    /// @param trapped what trapped
    /// @param kept what stays
    public Failure(Check check, String handler, String detail, TrappedInstruction trapped, Kept kept) {
        this.check = Objects.requireNonNull(check);
        this.handler = Objects.requireNonNull(handler);
        this.detail = Objects.requireNonNull(detail);
        this.trapped = Objects.requireNonNull(trapped);
        this.kept = Objects.requireNonNull(kept);
    }

    /// {@return this Failure after another handler was asked in vain: what that one says stands behind the detail, and
    /// its accesses behind these}
    public Failure followedBy(Failure other) {
        String both = "%s%s%s: %s%s".formatted(detail, detail.isEmpty() ? "" : "; ", other.handler, other.check.text(),
                other.detail.isEmpty() ? "" : ": " + other.detail);
        List<DeviceAccess> all = new ArrayList<>(kept.accesses);
        all.addAll(other.kept.accesses);
        SortedMap<Integer, Long> registers = new TreeMap<>(kept.registers);
        registers.putAll(other.kept.registers);
        return new Failure(check, handler, both, trapped, new Kept(all, registers));
    }

    /// {@return which check of the handler's refused}
    public Check check() {
        return check;
    }

    /// {@return the name of the handler that refused, such as `linux-tdx-6.12`}
    public String handler() {
        return handler;
    }

    /// {@return what the check leaves open, in a few words; may be empty}
    public String detail() {
        return detail;
    }

    /// {@return the error number that the handler returns, or that recordings give for what it returns, if there is one}
    public Optional<Errno> errno() {
        return check.returned().errno();
    }

    /// {@return the instruction bytes fetched, 0 to 15, a copy}
    public byte[] code() {
        return trapped.code();
    }

    /// {@return what the processor makes of the bytes, whatever the handler makes of them; empty if nothing was fetched
    /// or the handler failed before it fetched}
    public Optional<Decoding> decoding() {
        return Optional.ofNullable(trapped.decoding);
    }

    /// {@return the instruction as the processor sees it, if the bytes are one}
    public Optional<Instruction> instruction() {
        return trapped.decoding instanceof Instruction instruction ? Optional.of(instruction) : Optional.empty();
    }

    /// {@return the instruction pointer, an offset into CS}
    public long rip() {
        return trapped.rip;
    }

    /// {@return the guest-linear address of the trap}
    public long gla() {
        return trapped.gla;
    }

    /// {@return the guest-physical address of the trap}
    public long gpa() {
        return trapped.gpa;
    }

    /// {@return the privilege level, 0 to 3}
    public int cpl() {
        return trapped.cpl;
    }

    /// {@return the device accesses made before the Failure, in order; they stay made. Of a `rep` instruction, those of
    /// this call of the engine}
    public List<DeviceAccess> accesses() {
        return kept.accesses;
    }

    /// {@return the registers that the handler leaves changed, as [Kept#registers]}
    public SortedMap<Integer, Long> keptRegisters() {
        return kept.registers;
    }

    /// {@return for instance `linux-tdx-6.12: a string move (-EINVAL) at rip 0xffff…, bytes f366ab…`}
    @Override
    public String toString() {
        String returned = check.returned().word();
        return "%s: %s%s%s at rip 0x%x, bytes %s".formatted(handler, check.text(), detail.isEmpty() ? "" : ": " + detail,
                returned.isEmpty() ? "" : " (" + returned + ")", trapped.rip,
                HexFormat.of().formatHex(trapped.code));
    }
}
