package org.vemmio.emulator.hex;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/// A dump that is being gathered.
final class LogDump {
    final String form;
    final int line;
    final LogRegisters.RegisterSet registers;
    final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int trapping = HexChunk.UNMARKED;
    /// Where the first byte lies, if the text says so.
    OptionalLong address = OptionalLong.empty();

    LogDump(String form, int line, LogRegisters.RegisterSet registers) {
        this.form = form;
        this.line = line;
        this.registers = registers;
    }

    CrashDump toDump(List<String> meanings) {
        byte[] code = bytes.toByteArray();
        int marked = trapping;
        Long rip = registers.values.get("rip");
        if (marked == HexChunk.UNMARKED && address.isPresent() && rip != null) {
            long index = rip - address.getAsLong();
            marked = index >= 0 && index < code.length ? (int) index : HexChunk.UNMARKED;
        }
        List<String> notes = new ArrayList<>(meanings);
        if (marked != HexChunk.UNMARKED && code[marked] == 0 && (marked + 1 == code.length || code[marked + 1] == 0)) {
            notes.add("opcode bytes 00 00: this is not code; execution went to memory that holds zeros");
        }
        return new CrashDump(form, line, registers.values, registers.segments, code, marked, registers.mode(),
                registers.symbol, notes);
    }
}
