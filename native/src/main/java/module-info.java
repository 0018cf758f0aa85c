/// The Zydis disassembler: jextract's bindings, and the loader that finds, opens and checks the library.
@SuppressWarnings("module") // the one reader of the exported packages is compiled after this module
module org.vemmio.zydis {
    requires static org.jspecify;

    exports org.vemmio.zydis to org.vemmio.decoder;
    exports org.vemmio.zydis.jextract to org.vemmio.decoder;
}
