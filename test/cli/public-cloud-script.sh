#!/bin/sh
# A pipeline written for the public cloud: it knows nothing of where it runs. $1 is the region, $2 the project.
set -eu
region=$1 project=$2

ibmcloud version
ibmcloud config --check-version=false
ibmcloud plugin install code-engine -f
ibmcloud plugin list
ibmcloud plugin show code-engine

ibmcloud login -a https://cloud.ibm.com --apikey @key.json -r "$region" -g Default
ibmcloud target -r "$region" -g Default
ibmcloud resource groups | grep -i ' active' >/dev/null
IAM_TOKEN=$(ibmcloud iam oauth-tokens --output JSON | sed -n 's/.*"iam_token": "\(.*\)".*/\1/p')
case $IAM_TOKEN in "Bearer "*) ;; *) echo "no token" && exit 1 ;; esac

ibmcloud ce project create --name "$project" --wait
ibmcloud ce project select --name "$project"
ibmcloud code-engine project current --output json

ibmcloud ce configmap create --name settings --from-literal COLOR=blue
ibmcloud ce secret create --name login --from-literal PASSWORD=x
ibmcloud ce app create --name web --image icr.io/codeengine/helloworld --env-from-configmap settings \
  --env-from-secret login --min-scale 0 --max-scale 2 --cpu 0.25 --memory 0.5G --wait
URL=$(ibmcloud ce app get --name web --output url)
echo "URL=$URL"
ibmcloud ce application update --name web --env TARGET=world
ibmcloud ce app list

ibmcloud ce job create --name hello --image icr.io/codeengine/testjob
ibmcloud ce jobrun submit --job hello --name hello-1
ibmcloud ce jobrun get --name hello-1 --output json

ibmcloud ce project delete --name "$project" -f --hard
ibmcloud logout
