import time
from tests.engine.stack import resource, Stack
def test_probe(stack, account):
    stack.program({"a": resource("Stage", {"name":"a","tags":{"x":"1"}}), "i": resource("IngestConfiguration", {"ingestProtocol":"RTMPS","stageArn":"${a.arn}"})})
    t=time.time(); s=stack.preview(); print("preview", time.time()-t, s)
    t=time.time()
    with account.counting() as c: stack.up()
    print("up", time.time()-t, c); print(stack.ids())
    t=time.time(); s=stack.preview(); print("preview", time.time()-t, s)
    stack.program({"a": resource("Stage", {"tags":{"y":"1"}}), "i": resource("IngestConfiguration", {"ingestProtocol":"RTMPS","stageArn":"${a.arn}", "attributes":{"a":"b"}})})
    print(stack.run("preview","--json").out)
    print(stack.preview())
    t=time.time(); stack.destroy(); print("destroy", time.time()-t)
    print(len(stack.told[-1]), stack.told[-1][-3000:])
