package org.vemmio.decoder;

/// The table in which an opcode byte is looked up, whatever the encoding that selects it (Intel SDM Vol. 2D, appendix
/// A; AMD APM Vol. 3, appendix A).
public enum OpcodeMap {
    /// One-byte opcodes, without escape.
    DEFAULT,
    /// After `0F`, or VEX and EVEX map 1.
    MAP_0F,
    /// After `0F 38`, or VEX and EVEX map 2.
    MAP_0F38,
    /// After `0F 3A`, or VEX and EVEX map 3.
    MAP_0F3A,
    /// EVEX map 4.
    MAP4,
    /// EVEX map 5.
    MAP5,
    /// EVEX map 6.
    MAP6,
    /// VEX and EVEX map 7.
    MAP7,
    /// 3DNow!, after `0F 0F`.
    MAP_0F0F,
    /// XOP map 8.
    XOP8,
    /// XOP map 9.
    XOP9,
    /// XOP map 10.
    XOPA
}
