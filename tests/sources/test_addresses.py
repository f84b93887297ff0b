"""Web addresses: a real server on loopback, and the many that are never asked."""

import ssl
import subprocess

import pytest

from forecasting.errors import SettingsError, SourceError
from forecasting.ingest.hosts import Target
from forecasting.ingest.index_series import read_index
from forecasting.ingest.sales import import_sales
from forecasting.ingest.tables import read_table
from forecasting.ingest.web import Limits, fetch
from forecasting.services.addresses import Service, limits, read_address, services
from tests.sources.site import CSV, ORDERS, site

HERE = Limits(seconds=5, most_bytes=1_000_000, loopback=True)


@pytest.fixture(scope="module")
def server():
    with site() as running:
        yield running


@pytest.fixture
def url(server):
    server.asked.clear()
    return f"http://127.0.0.1:{server.server_port}"


def test_a_csv_comes_as_it_is_also_where_the_address_moved(url):
    assert read_address(f"{url}/sales.csv", limits=HERE) == (CSV, "sales.csv")
    assert read_address(f"{url}/moved", limits=HERE) == (CSV, "sales.csv")
    assert read_index(CSV, name="sales.csv").series["value"].tolist() == [3, 4]


def test_json_passes_the_door_of_every_file_and_its_numbers_cannot_be_misread(url):
    content, name = read_address(f"{url}/api/v1/sales", limits=HERE)
    table = read_table(content, name=name)
    assert table.frame.to_dict("list") == {
        "date": ["2024-01-01", "2024-01-02"], "shop.id": ["07", ""], "units": ["3.1250", ""]
    }  # fmt: skip
    assert table.true_numbers == {"units"}


def test_an_address_and_an_upload_read_the_same_json(url):
    content, name = read_address(f"{url}/api/v1/orders", limits=HERE)
    assert content == ORDERS
    sales = import_sales(content, name=name).sales
    assert sales.groupby("unique_id")["y"].sum().to_dict() == {"mug": 5.0, "tea": 3.0}


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("/to-metadata", "169.254.169.254 is inside the server's own network"),
        ("/to-private", "10.1.2.3 is inside the server's own network"),
        ("/to-file", "names no host"),
        ("/round", "more than 5 times"),
        ("/none", "answers 404"),
        ("/page", "gives a web page, not a table"),
        ("/empty", "empty answer"),
        ("/said", "answers JSON without a list of records"),
        ("/packed", "more than 1 MB"),
    ],
)
def test_what_is_no_table_or_leads_inside_is_one_sentence(url, path, why):
    with pytest.raises(SourceError, match=why) as refusal:
        read_address(url + path, limits=HERE)
    assert len(str(refusal.value)) < 200


def test_an_answer_that_drips_is_given_up_at_the_deadline(url):
    with pytest.raises(SourceError, match="took too long"):
        fetch(f"{url}/drip", limits=Limits(seconds=0.4, loopback=True))


def test_a_line_that_is_dead_is_one_sentence():
    with pytest.raises(SourceError, match="does not answer"):
        fetch("http://127.0.0.1:1/x", limits=HERE)


@pytest.mark.parametrize(
    "address",
    [
        "https://127.0.0.1/",
        "https://localhost/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[64:ff9b::a00:1]/",
        "https://[2002:a00:1::]/",
        "https://0.0.0.0/",
        "https://10.0.0.1/",
        "https://172.16.9.9/",
        "https://192.168.1.1/",
        "https://100.64.0.1/",
        "https://169.254.169.254/latest",
        "https://[fd00:ec2::254]/",
        "https://168.63.129.16/",
        "https://224.0.0.1/",
        "https://2130706433/",
        "https://0x7f.1/",
    ],
)
def test_the_servers_own_network_is_never_asked(address):
    with pytest.raises(SourceError, match="own network"):
        Target(address, loopback=False)


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("http://93.184.216.34/x.csv", "Only https"),
        ("ftp://93.184.216.34/x.csv", "Only https"),
        ("https://me:secret@93.184.216.34/", "holds a login"),
        ("https:///x.csv", "names no host"),
        ("https://93.184.216.34/x\r\nHost: y", "names no host"),
        ("https://93.184.216.34:99999/", "cannot be read"),
        ("https://10.0.0.1/", "own network"),
        ("https://no-such-host.invalid/", "There is no host"),
    ],
)
def test_an_address_is_refused_before_anything_is_asked(address, why):
    with pytest.raises(SourceError, match=why) as refusal:
        Target(address, loopback=True)
    assert "secret" not in str(refusal.value)


def test_a_public_address_may_be_asked():
    target = Target("https://93.184.216.34/a b?q=ü#part", loopback=False)
    assert (str(target.computer), target.port) == ("93.184.216.34", 443)
    assert target.path == "/a%20b?q=%C3%BC"


def test_headers_go_to_their_own_service_and_never_along_with_a_redirect(url, server):
    key = {"Authorization": "Bearer s3cret"}
    service = Service("till", f"{url}/api", key)
    read_address(f"{url}/api/sales", service=service, limits=HERE)
    assert server.asked[0][1]["Authorization"] == "Bearer s3cret"
    for other in (f"{url}/apixy", url.replace("127.0.0.1", "localhost"), "https://evil.example/api"):
        with pytest.raises(SourceError, match="begin with its own only") as refusal:
            read_address(other, service=service, limits=HERE)
        assert "s3cret" not in str(refusal.value) + repr(service)
    with site() as second:
        fetch(f"{url}/elsewhere:{second.server_port}", headers=key, limits=HERE)
        assert [path for path, _ in second.asked] == ["/sales.csv"]
        assert "Authorization" not in second.asked[0][1]


def test_services_are_named_by_the_environment_before_the_secrets():
    environment = {"SHELFWISE_API_TILL": '{"address": "https://a.example/v1", "headers": {"X-Key": "1"}}'}
    secrets = {
        "addresses": {"till": {"address": "https://b.example"}, "rain": {"address": "https://c.example"}}
    }
    named = services(environment, secrets)
    assert {n: (s.address, dict(s.headers)) for n, s in named.items()} == {
        "rain": ("https://c.example", {}),
        "till": ("https://a.example/v1", {"X-Key": "1"}),
    }
    with pytest.raises(SettingsError, match="SHELFWISE_API_BAD") as refusal:
        services({"SHELFWISE_API_BAD": "Bearer s3cret"}, {})
    assert "s3cret" not in str(refusal.value)
    assert refusal.value.__cause__ is None


def test_this_computer_is_read_only_where_a_setting_allows_it():
    assert not limits({}).loopback
    assert limits({"SHELFWISE_ALLOW_LOOPBACK": "1"}).loopback


def test_a_host_must_prove_its_name(tmp_path, monkeypatch):
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    made = subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
         "-keyout", str(key), "-out", str(certificate), "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost"], capture_output=True, check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with site(context) as secure:
        address = f"https://localhost:{secure.server_port}/sales.csv"
        with pytest.raises(SourceError, match="cannot prove"):
            fetch(address, limits=HERE)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert fetch(address, limits=HERE).content == CSV
        with pytest.raises(SourceError, match="cannot prove"):  # the same computer under another name
            fetch(address.replace("localhost", "127.0.0.1"), limits=HERE)
