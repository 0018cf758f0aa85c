package org.vemmio.emulator.hex;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.vemmio.decoder.CodeMode;

/// What a log tells of a processor that stopped: its registers and the bytes around the instruction. Immutable.
///
/// @param form the [name][HexForm#name()] of the form that the bytes came in
/// @param line where they begin, from 1
/// @param registers by lower-case name: `rax` to `r15`, `rip`, `rflags`, `cr0` to `cr8`, `efer`; those of 32 bits under
///     the 64-bit names, zero-extended. Those that the text does not give, or gives as a symbol, are absent
/// @param segments by name: `cs`, `ss`, `ds`, `es`, `fs`, `gs`
/// @param code the bytes; none if the log has only registers
/// @param trapping the index of the byte at which execution stopped, or [HexChunk#UNMARKED]
/// @param mode the code size, where the text tells it
/// @param symbol what the text gives for RIP instead of a number, as `fault+0x55/0xa0 [spl]`; may be empty
/// @param notes what the log means where people misread it, one line each
public record CrashDump(String form, int line, Map<String, Long> registers, Map<String, DumpedSegment> segments,
        byte[] code, int trapping, Optional<CodeMode> mode, String symbol, List<String> notes) {
    /// Creates a dump; what is given is copied.
    public CrashDump {
        registers = Collections.unmodifiableMap(new LinkedHashMap<>(registers));
        segments = Collections.unmodifiableMap(new LinkedHashMap<>(segments));
        code = code.clone();
        notes = List.copyOf(notes);
    }

    /// A segment register.
    ///
    /// @param selector 16 bits; empty if the text does not give it
    /// @param base its base address; empty if the text does not give it
    public record DumpedSegment(OptionalLong selector, OptionalLong base) {
        /// A segment of which nothing is known.
        public static final DumpedSegment UNKNOWN = new DumpedSegment(OptionalLong.empty(), OptionalLong.empty());
    }

    /// {@return a copy of the bytes}
    @Override
    public byte[] code() {
        return code.clone();
    }

    /// {@return the value of a register, if the text gives it}
    ///
    /// @param name as in [#registers()]
    public OptionalLong register(String name) {
        Long value = registers.get(name);
        return value == null ? OptionalLong.empty() : OptionalLong.of(value);
    }

    /// {@return the base of a segment, if the text gives it}
    ///
    /// @param name as in [#segments()]
    public OptionalLong segmentBase(String name) {
        return segments.getOrDefault(name, DumpedSegment.UNKNOWN).base();
    }

    /// {@return the address of the first byte of the code, if RIP is known and its byte is marked}
    public OptionalLong codeAddress() {
        OptionalLong rip = register("rip");
        return rip.isEmpty() || trapping == HexChunk.UNMARKED ? OptionalLong.empty()
                : OptionalLong.of(rip.getAsLong() - trapping);
    }
}
