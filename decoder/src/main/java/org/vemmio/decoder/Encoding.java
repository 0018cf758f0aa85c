package org.vemmio.decoder;

/// How the opcode of an instruction is encoded (Intel SDM Vol. 2A, chapter 2; AMD APM Vol. 3, chapter 1).
public enum Encoding {
    /// Legacy prefixes, REX, and one to three opcode bytes.
    LEGACY,
    /// AMD 3DNow!: `0F 0F`, ModRM, and the opcode as the last byte.
    THREE_DNOW,
    /// AMD XOP prefix, `8F` with a map of 8 or more.
    XOP,
    /// Two- or three-byte VEX prefix, `C5` or `C4`.
    VEX,
    /// EVEX prefix, `62`.
    EVEX,
    /// MVEX prefix of the Knights Corner coprocessors, `62` with another payload.
    MVEX
}
