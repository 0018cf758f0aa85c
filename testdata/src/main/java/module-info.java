/// Recorded traps and scenarios, as resources under `META-INF/vemmio`; no code.
module org.vemmio.testdata {
}
