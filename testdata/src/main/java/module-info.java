/** Recorded traps and scenarios, as resources under {@code META-INF/vemmio}; no code. */
module org.vemmio.testdata {
}
