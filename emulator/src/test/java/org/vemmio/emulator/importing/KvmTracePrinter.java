package org.vemmio.emulator.importing;

import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.vemmio.decoder.CodeMode;
import org.vemmio.decoder.Decoder;
import org.vemmio.emulator.cpu.Segment;
import org.vemmio.emulator.outcome.DeviceAccess;
import org.vemmio.emulator.recording.DeviceWindow;
import org.vemmio.emulator.recording.RecordedTrap;

/// Prints recorded traps as the KVM events that they would have made: one thread, one line after the other.
final class KvmTracePrinter {
    private final Decoder decoder;
    private final String thread;
    private final boolean matches;
    private final Consumer<String> lines;
    private final long[] microseconds;

    /// Creates a printer.
    ///
    /// @param thread comm and pid, as `CPU 0/KVM-2807`
    /// @param matches whether linear addresses are printed
    /// @param microseconds the clock, which several may share
    KvmTracePrinter(Decoder decoder, String thread, boolean matches, Consumer<String> lines, long[] microseconds) {
        this.decoder = decoder;
        this.thread = thread;
        this.matches = matches;
        this.lines = lines;
        this.microseconds = microseconds;
    }

    void print(RecordedTrap trap) {
        instruction(trap);
        accesses(trap, trap.accesses());
    }

    void instruction(RecordedTrap trap) {
        String mode = trap.mode() == CodeMode.CODE16 ? "real" : "prot" + trap.mode().bits();
        int length = decoder.decode(trap.mode(), trap.code()).length();
        StringBuilder code = new StringBuilder();
        for (int i = 0; i < length; i++) {
            code.append(i == 0 ? "" : " ").append("%02x".formatted(trap.code()[i]));
        }
        event("kvm_emulate_insn: %x:%x:%s (%s)".formatted(trap.cpu().segmentBase(Segment.CS), trap.rip(), code, mode));
    }

    void accesses(RecordedTrap trap, List<DeviceAccess> accesses) {
        for (DeviceAccess access : accesses) {
            long gpa = access.gpa();
            if (matches) {
                event("vcpu_match_mmio: gva 0x%x gpa 0x%x %s GPA".formatted(linear(trap, gpa), gpa,
                        access.isWrite() ? "Write" : "Read"));
            }
            if (!access.isWrite()) {
                event("kvm_mmio: mmio unsatisfied-read len %d gpa 0x%x val 0x0".formatted(access.size(), gpa));
            }
            event("kvm_mmio: mmio %s len %d gpa 0x%x val 0x%x".formatted(access.isWrite() ? "write" : "read",
                    access.size(), gpa, access.value()));
        }
    }

    private static long linear(RecordedTrap trap, long gpa) {
        for (DeviceWindow window : trap.guestMemory().windows()) {
            if (gpa - window.gpa() >= 0 && gpa - window.gpa() < window.size()) {
                return window.gla() + gpa - window.gpa();
            }
        }
        throw new AssertionError("no window for 0x" + Long.toHexString(gpa));
    }

    void event(String text) {
        long now = microseconds[0]++;
        lines.accept(String.format(Locale.ROOT, " %s [000] .....  %d.%06d: %s", thread, now / 1_000_000,
                now % 1_000_000, text));
    }
}
