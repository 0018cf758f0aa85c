package org.vemmio.emulator.outcome;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.vemmio.decoder.Decoding;
import org.vemmio.decoder.Instruction;

/// Why a trap could not be dealt with, and where. Immutable; identity equality.
public final class Failure {
    private final FailureReason reason;
    private final String handler;
    private final String detail;
    private final TrappedInstruction trapped;
    private final List<DeviceAccess> accesses;

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

    /// Creates a Failure.
    ///
    /// @param reason why
    /// @param handler the name of the handler that refused
    /// @param detail what the reason leaves open, in a few words; may be empty
    /// @param trapped what trapped
    /// @param accesses the device accesses already made, in order
    public Failure(FailureReason reason, String handler, String detail, TrappedInstruction trapped,
            List<DeviceAccess> accesses) {
        this.reason = Objects.requireNonNull(reason);
        this.handler = Objects.requireNonNull(handler);
        this.detail = Objects.requireNonNull(detail);
        this.trapped = Objects.requireNonNull(trapped);
        this.accesses = List.copyOf(accesses);
    }

    /// {@return this Failure after another handler was asked in vain: what that one says stands behind the detail, and
    /// its accesses behind these}
    public Failure followedBy(Failure other) {
        String both = "%s%s%s: %s%s".formatted(detail, detail.isEmpty() ? "" : "; ", other.handler, other.reason.text(),
                other.detail.isEmpty() ? "" : ": " + other.detail);
        List<DeviceAccess> all = new ArrayList<>(accesses);
        all.addAll(other.accesses);
        return new Failure(reason, handler, both, trapped, all);
    }

    /// {@return why}
    public FailureReason reason() {
        return reason;
    }

    /// {@return the name of the handler that refused, such as `linux-tdx-6.12`}
    public String handler() {
        return handler;
    }

    /// {@return what the reason leaves open, in a few words; may be empty}
    public String detail() {
        return detail;
    }

    /// {@return what the handler returns, as a negative number}
    public Errno errno() {
        return reason.errno();
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
        return accesses;
    }

    /// {@return for instance `linux-tdx-6.12: a string move (-EINVAL) at rip 0xffff…, bytes f366ab…`}
    @Override
    public String toString() {
        return "%s: %s%s (-%s) at rip 0x%x, bytes %s".formatted(handler, reason.text(),
                detail.isEmpty() ? "" : ": " + detail, errno(), trapped.rip, HexFormat.of().formatHex(trapped.code));
    }
}
