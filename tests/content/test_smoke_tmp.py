import pytest,time
from approvals.services.catalogue import load_catalogue
from approvals.models import Matter
pytestmark=pytest.mark.django_db
def test_all(client):
    load_catalogue()
    for u in ["/guides/","/guides/?q=施工","/guides/?stage=business&online=on","/guides/which/","/guides/themes/","/guides/themes/industrial-new/","/guides/GC01/","/guides/QY03/","/guides/SG07/","/guides/GC01/versions/1/","/guides/GC01/forms/application-form.pdf?sample=1","/guides/GC01/result.pdf","/guides/which/food-plant/list/?is_new_enterprise=yes&drains_to_sewer=yes&special_equipment=no","/guides/which/other/answers/","/guides/which/other/list/"]:
        t=time.time(); r=client.get(u); print(u,round(time.time()-t,2)); assert r.status_code==200,u
    for s in ["industrial-new","food-plant","other","business-setup","matter-GC01","change-registration","simple-cancellation"]:
        u=f"/guides/which/{s}/"
        t=time.time(); r=client.get(u,follow=True); print(round(time.time()-t,2)); print(r.redirect_chain); assert r.status_code==200
    r=client.post("/guides/which/food-plant/list/?is_new_enterprise=yes&drains_to_sewer=yes&special_equipment=no",{"title":""},follow=True); print(r.redirect_chain); assert r.status_code==200
