# byeol_module(NAME SOURCES ... TESTS ... FUZZERS ... DEPENDS ... LIBRARIES ...): one folder, one library.
#   DEPENDS    our modules: the module's row in docs/architecture/layers.txt
#   LIBRARIES  third parties' targets
#   TESTS      x_test.cc files: together one program, ctest name = module
#   FUZZERS    x_fuzz.cc files: each defines LLVMFuzzerTestOneInput and is built twice: with
#              libFuzzer (preset fuzz), and always as a replay of tests/corpus/<stem>/* under ctest.
function(byeol_module name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;TESTS;FUZZERS;DEPENDS;LIBRARIES")
  add_library(byeol_${name} STATIC ${arg_SOURCES})
  target_include_directories(byeol_${name} PUBLIC ${PROJECT_SOURCE_DIR}/src)
  list(TRANSFORM arg_DEPENDS PREPEND byeol_)
  target_link_libraries(byeol_${name} PUBLIC ${arg_DEPENDS} ${arg_LIBRARIES} PRIVATE byeol_flags)
  if(arg_TESTS AND BYEOL_TESTS)
    add_executable(${name}_test ${arg_TESTS})
    target_link_libraries(${name}_test PRIVATE byeol_${name} byeol_flags GTest::gtest_main)
    target_include_directories(${name}_test PRIVATE ${PROJECT_SOURCE_DIR})  # tests/support
    target_compile_definitions(${name}_test PRIVATE BYEOL_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
    add_test(NAME ${name} COMMAND ${name}_test WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
  endif()
  foreach(source IN LISTS arg_FUZZERS)
    cmake_path(GET source STEM fuzzer)
    if(BYEOL_TESTS)
      add_executable(${fuzzer}_replay ${source} ${PROJECT_SOURCE_DIR}/tests/fuzz_replay.cc)
      target_link_libraries(${fuzzer}_replay PRIVATE byeol_${name} byeol_flags)
      add_test(NAME ${fuzzer}_replay
               COMMAND ${fuzzer}_replay ${PROJECT_SOURCE_DIR}/tests/corpus/${fuzzer})
    endif()
    if(BYEOL_FUZZ)
      add_executable(${fuzzer} ${source})
      target_link_libraries(${fuzzer} PRIVATE byeol_${name} byeol_flags -fsanitize=fuzzer)
    endif()
  endforeach()
endfunction()
