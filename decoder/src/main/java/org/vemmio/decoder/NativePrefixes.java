package org.vemmio.decoder;

import org.jspecify.annotations.Nullable;
import org.vemmio.zydis.jextract.Zydis;

/// The making of [Prefixes] from what Zydis tells of them.
final class NativePrefixes {
    private NativePrefixes() {
    }

    /// {@return the prefixes}
    ///
    /// @param attributes the set of `ZYDIS_ATTRIB_` bits
    /// @param bytes those of the instruction
    /// @param count how many of them are legacy prefixes or REX
    /// @param w the W bit
    static Prefixes read(long attributes, byte[] bytes, int count, boolean w) {
        boolean operandSize = false;
        boolean addressSize = false;
        for (int i = 0; i < count; i++) {
            operandSize |= bytes[i] == 0x66;
            addressSize |= bytes[i] == 0x67;
        }
        return new Prefixes(has(attributes, Zydis.ZYDIS_ATTRIB_HAS_LOCK()),
                has(attributes, Zydis.ZYDIS_ATTRIB_HAS_REP() | Zydis.ZYDIS_ATTRIB_HAS_REPE()),
                has(attributes, Zydis.ZYDIS_ATTRIB_HAS_REPNE()), operandSize, addressSize,
                segmentOverride(attributes), has(attributes, Zydis.ZYDIS_ATTRIB_HAS_REX()), w);
    }

    private static @Nullable Register segmentOverride(long attributes) {
        if (!has(attributes, Zydis.ZYDIS_ATTRIB_HAS_SEGMENT())) {
            return null;
        } else if (has(attributes, Zydis.ZYDIS_ATTRIB_HAS_SEGMENT_ES())) {
            return Register.of(RegisterFile.SEGMENT, 0);
        } else if (has(attributes, Zydis.ZYDIS_ATTRIB_HAS_SEGMENT_CS())) {
            return Register.of(RegisterFile.SEGMENT, 1);
        } else if (has(attributes, Zydis.ZYDIS_ATTRIB_HAS_SEGMENT_SS())) {
            return Register.of(RegisterFile.SEGMENT, 2);
        } else if (has(attributes, Zydis.ZYDIS_ATTRIB_HAS_SEGMENT_DS())) {
            return Register.of(RegisterFile.SEGMENT, 3);
        } else if (has(attributes, Zydis.ZYDIS_ATTRIB_HAS_SEGMENT_FS())) {
            return Register.of(RegisterFile.SEGMENT, 4);
        } else {
            return Register.of(RegisterFile.SEGMENT, 5);
        }
    }

    private static boolean has(long attributes, long any) {
        return (attributes & any) != 0;
    }
}
