/// x86 instructions: the processor's view through Zydis, and the kernel's own view.
module org.vemmio.decoder {
    requires org.vemmio.zydis;

    requires static org.jspecify;

    exports org.vemmio.decoder;
    exports org.vemmio.decoder.linux;
}
