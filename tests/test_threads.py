from threadpoolctl import threadpool_info

from forecasting.threads import one_thread


def blas_threads():
    return [library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"]


def test_the_first_to_leave_does_not_lift_the_limit_of_those_inside():
    before = blas_threads()

    with one_thread():
        with one_thread():
            assert set(blas_threads()) == {1}
        assert set(blas_threads()) == {1}

    assert blas_threads() == before
