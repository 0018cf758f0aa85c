package org.vemmio.emulator.hex;

import java.io.ByteArrayOutputStream;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.vemmio.decoder.CodeMode;

/// Finds the code bytes in the lines of a log.
final class LogCode {
    static final String OOPS = "oops";
    static final String QEMU = "qemu";
    static final String SEV = "sev";
    static final String HAXM = "haxm";
    static final String BHYVE = "bhyve";
    static final String XEN = "xen";
    static final String OPENVMM = "openvmm";
    static final String CLOUD_HYPERVISOR = "cloud-hypervisor";
    static final String EDK2 = "edk2";
    static final String GDB = "gdb-registers";

    private static final String SEV_MESSAGE = "Wrong/unhandled opcode bytes: 0x";
    private static final String HAXM_MESSAGE = "instr[0..";
    private static final String BHYVE_MESSAGE = "Failed to emulate instruction";
    private static final String XEN_MESSAGE = "emulation failed";
    private static final String OPENVMM_MESSAGE = "instruction_bytes";
    private static final String CLOUD_HYPERVISOR_ADDRESS = "bytes from 0x";
    private static final String CLOUD_HYPERVISOR_MESSAGE = "Fetched [";
    private static final String EDK2_MESSAGE = " Exception Type - ";

    private boolean open;
    private OptionalLong fetched = OptionalLong.empty();

    /// Whether a line is one of these messages, but without bytes.
    boolean isBare(String text) {
        return text.contains("Code: Unable to access") || text.contains("Code: Bad RIP") || text.contains("Code: Bad EIP")
                || text.contains(XEN_MESSAGE) && text.contains(" @ ") && text.stripTrailing().endsWith("->")
                || text.contains("Unsupported instruction: \"") || text.contains("Code=?? ??") || text.contains("Code=<??>");
    }

    /// Takes a line into the dump before it: one that holds nothing but bytes, or gdb's next row.
    boolean goesOn(HexLine line, LogDump dump) {
        String text = line.text();
        if (dump.form.equals(GDB)) {
            GdbForm.Row row = GdbForm.row(line);
            boolean next = row != null && dump.address.isPresent()
                    && row.address() == dump.address.getAsLong() + dump.bytes.size();
            if (row != null && next) {
                dump.bytes.writeBytes(GdbForm.bytes(line, row));
            }
            return next;
        }
        if (!open) {
            return false;
        }
        int from = prefixEnd(text);
        open = from < text.length() && bytesEnd(text, from, new LogDump(dump.form, 0, dump.registers)) == text.length();
        if (open) {
            bytesEnd(text, from, dump);
        }
        return open;
    }

    /// Returns where quoting and the time of a message end.
    private static int prefixEnd(String text) {
        int i = LogRegisters.quoteEnd(text);
        while (Digits.at(text, i) == '[' || Digits.at(text, i) == '<' && Digits.at(text, i + 2) == '>') {
            int end = text.indexOf(text.charAt(i) == '[' ? ']' : '>', i);
            if (end < 0) {
                return i;
            }
            i = Digits.blankEnd(text, end + 1);
        }
        return i;
    }

    /// Returns the dump that begins in a line; null if there is none.
    @Nullable LogDump dump(HexLine line, LogRegisters registers) {
        String text = line.text();
        open = false;
        if (text.contains(EDK2_MESSAGE) && text.contains("!!!!")) {
            LogRegisters.RegisterSet fresh = registers.restart();
            fresh.tell(text.contains("IA32") ? CodeMode.CODE32 : CodeMode.CODE64);
            return new LogDump(EDK2, line.number(), fresh);
        }
        int bytesFrom = text.indexOf(CLOUD_HYPERVISOR_ADDRESS);
        if (bytesFrom >= 0) {
            fetched = number(text, bytesFrom + CLOUD_HYPERVISOR_ADDRESS.length());
        }
        LogDump dump = message(line, registers);
        if (dump == null) {
            dump = code(line, registers);
        }
        return dump == null ? rows(line, registers) : dump;
    }

    private @Nullable LogDump message(HexLine line, LogRegisters registers) {
        String text = line.text();
        int at = text.indexOf(SEV_MESSAGE);
        if (at >= 0) {
            return sev(line, at + SEV_MESSAGE.length(), registers);
        }
        at = text.indexOf(HAXM_MESSAGE);
        if (at >= 0) {
            return haxm(line, text.indexOf('=', at) + 1, registers);
        }
        at = text.indexOf(BHYVE_MESSAGE);
        int open = at < 0 ? -1 : text.indexOf('[', at);
        if (open >= 0) {
            int close = text.indexOf("at 0x", open);
            return list(line, BHYVE, open + 1,
                    located(registers, close < 0 ? OptionalLong.empty() : number(text, close + 5)));
        }
        at = text.indexOf(XEN_MESSAGE);
        int arrow = at < 0 ? -1 : text.indexOf(" -> ", at);
        if (arrow >= 0) {
            return xen(line, at, arrow, registers);
        }
        at = text.indexOf(OPENVMM_MESSAGE);
        open = at < 0 ? -1 : text.indexOf('[', at);
        if (open >= 0 && open <= at + OPENVMM_MESSAGE.length() + 2) {
            ByteLists.check(line, open + 1);
            return list(line, OPENVMM, open + 1, registers.current());
        }
        at = text.indexOf(CLOUD_HYPERVISOR_MESSAGE);
        return at < 0 ? null : list(line, CLOUD_HYPERVISOR, at + CLOUD_HYPERVISOR_MESSAGE.length(),
                located(registers, fetched));
    }

    private static OptionalLong number(String text, int from) {
        int end = Digits.hexEnd(text, from);
        return end > from && end - from <= Digits.MOST ? OptionalLong.of(Digits.hex(text, from, end))
                : OptionalLong.empty();
    }

    private static LogRegisters.RegisterSet located(LogRegisters registers, OptionalLong rip) {
        if (rip.isEmpty()) {
            return registers.current();
        }
        LogRegisters.RegisterSet fresh = registers.restart();
        fresh.located = true;
        fresh.values.put("rip", rip.getAsLong());
        return fresh;
    }

    /// The kernel prints the opcode as a little-endian number (Linux, `arch/x86/coco/sev/vc-handle.c`, vc_check_opcode_bytes).
    private static LogDump sev(HexLine line, int from, LogRegisters registers) {
        int end = Math.min(Digits.hexEnd(line.text(), from), from + 8);
        LogDump dump = new LogDump(SEV, line.number(), registers.current());
        long opcode = end == from ? 0 : Digits.hex(line.text(), from, end);
        do {
            dump.bytes.write((int) opcode);
            opcode >>>= 8;
        } while (opcode != 0);
        dump.trapping = 0;
        return dump;
    }

    private static @Nullable LogDump haxm(HexLine line, int from, LogRegisters registers) {
        String text = line.text();
        int ip = text.indexOf("CS:IP=0x");
        int colon = ip < 0 ? -1 : text.indexOf(":0x", ip + 8);
        return list(line, HAXM, from,
                located(registers, colon < 0 ? OptionalLong.empty() : number(text, colon + 3)));
    }

    private static @Nullable LogDump xen(HexLine line, int from, int arrow, LogRegisters registers) {
        String text = line.text();
        int at = text.indexOf(" @ ", from);
        int colon = at < 0 ? -1 : text.indexOf(':', at);
        LogRegisters.RegisterSet set =
                located(registers, colon < 0 || colon > arrow ? OptionalLong.empty() : number(text, colon + 1));
        String head = text.substring(from, arrow);
        if (head.contains(" 64bit ")) {
            set.tell(CodeMode.CODE64);
        } else if (head.contains(" 32bit ")) {
            set.tell(CodeMode.CODE32);
        } else if (head.contains(" 16bit ") || head.contains(" Real ") || head.contains(" v86 ")) {
            set.tell(CodeMode.CODE16);
        }
        return list(line, XEN, arrow + 4, set);
    }

    private static @Nullable LogDump list(HexLine line, String form, int from, LogRegisters.RegisterSet registers) {
        LogDump dump = new LogDump(form, line.number(), registers);
        ByteLists.read(line.text(), from, dump.bytes);
        dump.trapping = 0;
        return dump.bytes.size() == 0 ? null : dump;
    }

    /// Takes `Code:` of Linux and `Code=` of QEMU.
    private @Nullable LogDump code(HexLine line, LogRegisters registers) {
        String text = line.text();
        for (int at = text.indexOf("Code"); at >= 0; at = text.indexOf("Code", at + 4)) {
            char separator = Digits.at(text, at + 4);
            if ((separator == ':' || separator == '=') && !Digits.isWord(Digits.at(text, at - 1))) {
                LogDump dump = new LogDump(separator == ':' ? OOPS : QEMU, line.number(), registers.current());
                int end = bytesEnd(text, Digits.blankEnd(text, at + 5), dump);
                open = end == text.length();
                boolean alone = text.substring(0, at).isBlank() && text.substring(end).isBlank();
                if (dump.bytes.size() > 1 || dump.trapping >= 0 || open && (dump.bytes.size() == 0 || alone)) {
                    return dump;
                }
            }
        }
        return null;
    }

    /// Takes bytes with blanks between; gives where they end.
    private static int bytesEnd(String text, int from, LogDump dump) {
        ByteArrayOutputStream bytes = dump.bytes;
        int i = from;
        while (i < text.length()) {
            char c = text.charAt(i);
            boolean marked = c == '<' || c == '(';
            int digits = marked ? i + 1 : i;
            int end = marked ? digits + 3 : digits + 2;
            boolean unread = text.startsWith("??", digits);
            boolean closed = !marked || Digits.at(text, digits + 2) == (c == '<' ? '>' : ')');
            boolean apart = end >= text.length() || Digits.isBlank(text.charAt(end));
            if (!unread && Digits.hexEnd(text, digits) != digits + 2 || !closed || !apart
                    || unread && bytes.size() > 0) {
                return i;
            }
            if (!unread) {
                if (marked) {
                    dump.trapping = bytes.size();
                }
                bytes.write((int) Digits.hex(text, digits, digits + 2));
            }
            i = Digits.blankEnd(text, Math.min(end, text.length()));
        }
        return i;
    }

    /// Takes gdb's `x/16xb` where registers stand above it.
    private static @Nullable LogDump rows(HexLine line, LogRegisters registers) {
        GdbForm.Row row = registers.current().values.containsKey("rip") ? GdbForm.row(line) : null;
        if (row == null || row.groups().getFirst().length() > 2) {
            return null;
        }
        LogDump dump = new LogDump(GDB, line.number(), registers.current());
        dump.address = OptionalLong.of(row.address());
        dump.bytes.writeBytes(GdbForm.bytes(line, row));
        return dump;
    }
}
