package org.vemmio.emulator.importing;

import java.util.HexFormat;
import java.util.OptionalLong;
import org.vemmio.emulator.importing.TracedInstruction.Protection;

/// What a KVM trace event tells (Linux arch/x86/kvm/trace.h, include/trace/events/kvm.h).
sealed interface KvmEvent {
    /// `kvm_emulate_insn`: KVM begins to emulate an instruction, or has failed to.
    ///
    /// @param csBase the low 32 bits of the base of CS
    /// @param rip the instruction pointer, an offset into CS
    /// @param code the bytes; none where the trace has their disassembly alone
    /// @param bits 16, 32 or 64; 0 where the trace does not tell
    record Emulate(long csBase, long rip, byte[] code, int bits, Protection protection, boolean failed)
            implements KvmEvent {
    }

    /// `vcpu_match_mmio`: a linear address leads to a device.
    record Match(OptionalLong gva, long gpa) implements KvmEvent {
    }

    /// `kvm_mmio`: an access, or a read that is not answered yet.
    record Mmio(Kind kind, int size, long gpa, long value) implements KvmEvent {
    }

    /// What an access is.
    enum Kind {
        READ,
        UNSATISFIED_READ,
        WRITE
    }

    /// An event of these that could not be read.
    ///
    /// @param name of the event
    record Unreadable(String name) implements KvmEvent {
    }

    /// The name of [Emulate].
    String EMULATE = "kvm_emulate_insn";
    /// The name of [Match].
    String MATCH = "vcpu_match_mmio";
    /// The name of [Mmio].
    String MMIO = "kvm_mmio";

    /// Returns whether an event tells of an access.
    static boolean isAccess(KvmEvent event) {
        return event instanceof Mmio || event instanceof Unreadable(String name) && name.equals(MMIO);
    }

    /// Returns whether an event tells of an instruction.
    static boolean isInstruction(KvmEvent event) {
        return event instanceof Emulate || event instanceof Unreadable(String name) && name.equals(EMULATE);
    }

    /// Returns what the text behind the event's name tells.
    static KvmEvent of(String name, String text) {
        try {
            return switch (name) {
                case EMULATE -> emulate(text);
                case MATCH -> match(text);
                default -> mmio(text);
            };
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            return new Unreadable(name);
        }
    }

    /// Reads `CSBASE:RIP:BYTES (MODE) failed`, as the kernel prints it, or `CSBASE:RIP: BYTES FAIL`, as the plugin of
    /// trace-cmd and perf does.
    private static KvmEvent emulate(String text) {
        int first = text.indexOf(':');
        int second = text.indexOf(':', first + 1);
        long csBase = hex(text.substring(0, first).strip());
        long rip = hex(text.substring(first + 1, second).strip());
        String rest = text.substring(second + 1).strip();
        boolean failed = rest.endsWith("failed") || rest.endsWith("FAIL");
        if (failed) {
            rest = rest.substring(0, rest.lastIndexOf(rest.endsWith("FAIL") ? "FAIL" : "failed")).strip();
        }
        int bits = 0;
        Protection protection = Protection.PROTECTED;
        if (rest.endsWith(")")) {
            int open = rest.lastIndexOf('(');
            String mode = rest.substring(open + 1, rest.length() - 1);
            bits = switch (mode) {
                case "real", "vm16", "prot16" -> 16;
                case "prot32" -> 32;
                case "prot64" -> 64;
                default -> throw new IllegalArgumentException("no mode: " + mode);
            };
            protection = mode.equals("real") ? Protection.REAL
                    : mode.equals("vm16") ? Protection.VIRTUAL_8086 : Protection.PROTECTED;
            rest = rest.substring(0, open).strip();
        }
        return new Emulate(csBase, rip, bytes(rest), bits, protection, failed);
    }

    private static byte[] bytes(String text) {
        int count = (text.length() + 1) / 3;
        byte[] bytes = new byte[Math.min(count, 15)];
        if (text.length() % 3 != 2 && !text.isEmpty()) {
            return new byte[0];
        }
        for (int i = 0; i < bytes.length; i++) {
            boolean end = 3 * i + 2 == text.length();
            if (!HexFormat.isHexDigit(text.charAt(3 * i)) || !HexFormat.isHexDigit(text.charAt(3 * i + 1))
                    || !end && text.charAt(3 * i + 2) != ' ') {
                return new byte[0];
            }
            bytes[i] = (byte) HexFormat.fromHexDigits(text, 3 * i, 3 * i + 2);
        }
        return bytes;
    }

    /// Reads `gva ADDRESS gpa ADDRESS Read|Write GPA|GVA`.
    private static KvmEvent match(String text) {
        String gva = word(text, "gva ");
        return new Match(gva.isEmpty() ? OptionalLong.empty() : OptionalLong.of(number(gva)),
                number(word(text, "gpa ")));
    }

    /// Reads `mmio unsatisfied-read|read|write len SIZE gpa ADDRESS val VALUE`.
    private static KvmEvent mmio(String text) {
        int size = Integer.parseInt(word(text, "len "));
        if (size < 1 || size > Short.MAX_VALUE) {
            throw new IllegalArgumentException("no size");
        }
        Kind kind = switch (word(text, "mmio ")) {
            case "read" -> Kind.READ;
            case "unsatisfied-read" -> Kind.UNSATISFIED_READ;
            case "write" -> Kind.WRITE;
            default -> throw new IllegalArgumentException("no access");
        };
        return new Mmio(kind, size, number(word(text, "gpa ")), number(word(text, "val ")));
    }

    /// Returns the word behind a key, or nothing if the key is not there.
    private static String word(String text, String key) {
        int start = text.startsWith(key) ? 0 : text.indexOf(' ' + key) + 1;
        if (start == 0 && !text.startsWith(key)) {
            return "";
        }
        int from = start + key.length();
        int end = text.indexOf(' ', from);
        return text.substring(from, end < 0 ? text.length() : end);
    }

    private static long number(String text) {
        return hex(text.startsWith("0x") ? text.substring(2) : text);
    }

    private static long hex(String digits) {
        return Long.parseUnsignedLong(digits, 16);
    }
}
